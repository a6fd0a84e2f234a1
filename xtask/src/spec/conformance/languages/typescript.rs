//! TypeScript by openapi-typescript and openapi-fetch, and by Hey API with zod.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Language, Program, Workshop};
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
    let spec = workshop.published.yaml.clone();
    compiled(workshop, "typescript", |bin, directory| {
        // It would take up a redocly.yaml of the current directory.
        run(Command::new(bin.join("openapi-typescript"))
            .arg(spec)
            .args(["--output", "gitlab-jobs.d.ts"])
            .current_dir(directory))
    })
}

fn zod(workshop: &Workshop<'_>) -> Result<Program> {
    let spec = workshop.published.yaml_3_1.clone();
    let examples = workshop.published.json.clone();
    let mut program = compiled(workshop, "zod", |bin, directory| {
        run(Command::new(bin.join("openapi-ts"))
            .args(["--file", "openapi-ts.config.mjs", "--input"])
            .arg(spec)
            .current_dir(directory))
    })?;
    program.env("OPENAPI_JSON", examples);
    Ok(program)
}

/// Installs what a program of ours needs, generates with it, and compiles the program.
fn compiled(
    workshop: &Workshop<'_>,
    language: &str,
    generate: impl FnOnce(&Path, &PathBuf) -> Result<String>,
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
    step("generate the client", || generate(&bin, &directory))?;
    step("compile", || {
        run(Command::new(bin.join("tsc")).current_dir(&directory))
    })?;
    let mut program = Command::new("node");
    program.arg("conformance.js").current_dir(&directory);
    Ok(program)
}
