//! TypeScript by openapi-typescript and openapi-fetch, and by Hey API with zod.

use std::path::Path;
use std::process::Command;

use super::{Language, Program, Workshop, package};
use crate::spec::conformance::generate;
use crate::spec::tool::{self, Result, empty, run, step};

const NODE_NEEDED: &[(&str, &str)] = &[("node", "nodejs"), ("npm", "npm")];

pub(super) const TYPESCRIPT: Language = Language {
    name: "typescript",
    generator: "openapi-typescript 7.13.0, openapi-fetch 0.17.0",
    needs: NODE_NEEDED,
    libraries: &[],
    make: types,
};

pub(super) const ZOD: Language = Language {
    name: "zod",
    generator: "@hey-api/openapi-ts 0.95.0, zod 4.6.7, from OpenAPI 3.1",
    needs: NODE_NEEDED,
    libraries: &[],
    make: zod,
};

fn types(workshop: &Workshop<'_>) -> Result<Program> {
    compiled(workshop, "typescript", |_, directory| {
        let declarations = directory.join("gitlab-jobs.d.ts");
        let Some(dist) = workshop.dist else {
            return generate::typescript(workshop.place, &workshop.published.yaml, &declarations);
        };
        let archive = package(dist, "npm", "tgz")?;
        step("install the package", || {
            run(Command::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
                .args(["--no-package-lock", "--loglevel=error"])
                .arg(archive)
                .current_dir(directory))
        })?;
        tool::write(
            &declarations,
            "export type * from \"gitlab-jobs-openapi\";\n",
        )
    })
}

fn zod(workshop: &Workshop<'_>) -> Result<Program> {
    let spec = workshop.published.yaml_3_1.clone();
    let examples = workshop.published.json.clone();
    let mut program = compiled(workshop, "zod", |bin, directory| {
        step("generate the client", || {
            run(Command::new(bin.join("openapi-ts"))
                .args(["--file", "openapi-ts.config.mjs", "--input"])
                .arg(spec)
                .current_dir(directory))
        })?;
        Ok(())
    })?;
    program.env("OPENAPI_JSON", examples);
    Ok(program)
}

/// Installs what a program of ours needs, generates with it, and compiles the program.
fn compiled(
    workshop: &Workshop<'_>,
    language: &str,
    generate: impl FnOnce(&Path, &Path) -> Result<()>,
) -> Result<Program> {
    let source = workshop.place.conformance(language);
    let tools = tool::node_packages(&workshop.place.tools(), language, &source)?;
    let bin = tools.join("node_modules/.bin");
    // Inside the directory of the packages, where the compiler and Node look for them.
    let directory = tools.join("program");
    empty(&directory)?;
    for entry in std::fs::read_dir(&source)? {
        let path = entry?.path();
        let Some(name) = path.file_name().filter(|_| path.is_file()) else {
            continue;
        };
        std::fs::copy(&path, directory.join(name))?;
    }
    generate(&bin, &directory)?;
    step("compile", || {
        run(Command::new(bin.join("tsc")).current_dir(&directory))
    })?;
    let mut program = Command::new("node");
    program.arg("conformance.js").current_dir(&directory);
    Ok(program)
}
