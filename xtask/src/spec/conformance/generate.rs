//! Generates a client in each language, by a pinned version of a generator that is common there. `conformance` tests
//! these clients, and `dist` publishes them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::spec::Place;
use crate::spec::tool::{self, Result, run, step};

/// The arguments of openapi-python-client.
pub(super) const PYTHON: &str = "generate --fail-on-warning --meta none";

/// The arguments of openapi-generator for Go. Without `disallow…`, a field of a newer server fails to decode.
pub(super) const GO: &str = "--generator-name go \
    --additional-properties packageName=gitlabjobs,withGoMod=false,disallowAdditionalPropertiesIfNotPresent=false \
    --global-property apiTests=false,modelTests=false,apiDocs=false,modelDocs=false";

/// The arguments of openapi-generator for Java.
pub(super) const JAVA: &str = "--generator-name java --library native \
    --additional-properties invokerPackage=gitlabjobs,apiPackage=gitlabjobs.api,modelPackage=gitlabjobs.model,\
disallowAdditionalPropertiesIfNotPresent=false,openApiNullable=false,useJakartaEe=true,hideGenerationTimestamp=true \
    --global-property apiTests=false,modelTests=false,apiDocs=false,modelDocs=false";

/// The arguments of openapi-generator for Ruby.
pub(super) const RUBY: &str = "--generator-name ruby \
    --additional-properties gemName=gitlab_jobs,moduleName=GitlabJobs \
    --global-property apiTests=false,modelTests=false,apiDocs=false,modelDocs=false";

/// The directory of the programs that Python needs.
pub(super) fn python_tools(place: &Place) -> Result<PathBuf> {
    tool::python_environment(
        &place.tools(),
        "openapi-python-client",
        &place.conformance("python").join("requirements.txt"),
    )
}

/// Writes the Python package `gitlab_jobs`.
pub(crate) fn python(place: &Place, spec: &Path, package: &Path) -> Result<()> {
    let bin = python_tools(place)?;
    step("generate the Python client", || {
        run(Command::new(bin.join("openapi-python-client"))
            .args(PYTHON.split(' '))
            .arg("--path")
            .arg(spec)
            .arg("--config")
            .arg(place.conformance("python").join("config.yaml"))
            .arg("--output-path")
            .arg(package)
            // It calls ruff, which is in the same environment, and which would leave its cache in the package.
            .env("PATH", with(&bin))
            .env("RUFF_NO_CACHE", "true"))
    })?;
    Ok(())
}

/// The Node packages that TypeScript needs: the directory that holds `node_modules`.
pub(crate) fn typescript_packages(place: &Place) -> Result<PathBuf> {
    tool::node_packages(
        &place.tools(),
        "typescript",
        &place.conformance("typescript"),
    )
}

/// Writes the TypeScript declarations.
pub(crate) fn typescript(place: &Place, spec: &Path, declarations: &Path) -> Result<()> {
    let generator = typescript_packages(place)?.join("node_modules/.bin/openapi-typescript");
    let directory = declarations
        .parent()
        .ok_or("the declarations need a directory")?;
    step("generate the TypeScript types", || {
        run(Command::new(generator)
            .arg(spec)
            .arg("--output")
            .arg(declarations)
            // It would read a redocly.yaml in the current directory.
            .current_dir(directory))
    })?;
    Ok(())
}

/// Writes the Go package `gitlabjobs`.
pub(crate) fn go(place: &Place, spec: &Path, package: &Path) -> Result<()> {
    openapi_generator(place, spec, GO, package)
}

/// Writes the client that openapi-generator generates with these arguments.
pub(super) fn openapi_generator(
    place: &Place,
    spec: &Path,
    arguments: &str,
    output: &Path,
) -> Result<()> {
    let pinned = place.root.join("spec/conformance/openapi-generator.txt");
    let bin = tool::python_environment(&place.tools(), "openapi-generator", &pinned)?;
    let mut command = Command::new(bin.join("openapi-generator-cli"));
    command
        .args(["generate", "--input-spec"])
        .arg(spec)
        .arg("--output")
        .arg(output)
        .args(arguments.split(' '));
    step("generate the client", || run(&mut command))?;
    Ok(())
}

/// The search path with a directory before it.
fn with(directory: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or_default()
}
