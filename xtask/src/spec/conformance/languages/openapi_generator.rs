//! Go, Java and Ruby by openapi-generator.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Language, PYTHON_NEEDED, Program, VENV_NEEDED, Workshop};
use crate::dist::{VERSION, go::MODULE as GO_MODULE};
use crate::spec::conformance::generate::{self, openapi_generator};
use crate::spec::tool::{self, Result, run, step};

const JAVA_NEEDED: (&str, &str) = ("java", "openjdk-17-jre-headless");
const JAKARTA: &str = "/usr/share/java/jakarta-annotation-api.jar";

pub(super) const GO: Language = Language {
    name: "go",
    generator: "openapi-generator 7.26.0",
    needs: &[PYTHON_NEEDED, JAVA_NEEDED, ("go", "golang-go")],
    libraries: &[VENV_NEEDED],
    make: go,
};

pub(super) const JAVA: Language = Language {
    name: "java",
    generator: "openapi-generator 7.26.0, native",
    needs: &[PYTHON_NEEDED, ("javac", "openjdk-17-jdk-headless")],
    libraries: &[
        VENV_NEEDED,
        (&["test", "-e", JAKARTA], "libjakarta-annotation-api-java"),
    ],
    make: java,
};

pub(super) const RUBY: Language = Language {
    name: "ruby",
    generator: "openapi-generator 7.26.0, typhoeus",
    needs: &[PYTHON_NEEDED, JAVA_NEEDED, ("ruby", "ruby")],
    libraries: &[
        VENV_NEEDED,
        (&["ruby", "-e", "require 'typhoeus'"], "ruby-typhoeus"),
    ],
    make: ruby,
};

fn go(workshop: &Workshop<'_>) -> Result<Program> {
    let directory = workshop.directory("go")?;
    let source = workshop.place.conformance("go");
    let mut program = tool::read(&source.join("main.go"))?;
    let mut manifest = tool::read(&source.join("go.mod"))?;
    // The generated client needs only the standard library, so only the module has to be downloaded.
    let proxy = match workshop.dist {
        Some(dist) => {
            program = program.replace("\"conformance/gitlabjobs\"", &format!("\"{GO_MODULE}\""));
            manifest.push_str(&format!("\nrequire {GO_MODULE} v{VERSION}\n"));
            format!("file://{}", std::path::absolute(dist.join("go"))?.display())
        }
        None => {
            let client = directory.join("gitlabjobs");
            generate::go(workshop.place, &workshop.published.yaml, &client)?;
            "off".to_owned()
        }
    };
    tool::write(&directory.join("main.go"), program)?;
    tool::write(&directory.join("go.mod"), manifest)?;
    step("compile", || {
        run(Command::new("go")
            .args(["build", "-buildvcs=false", "-o", "conformance", "."])
            .envs([
                ("GOFLAGS", "-mod=mod -modcacherw"),
                ("GOPROXY", &proxy),
                ("GOSUMDB", "off"),
                ("GOTOOLCHAIN", "local"),
            ])
            // Not the user's cache, in which an earlier download would hide the current contents of the folder.
            .env("GOMODCACHE", directory.join("modules"))
            .current_dir(&directory))
    })?;
    Ok(Command::new(directory.join("conformance")))
}

fn java(workshop: &Workshop<'_>) -> Result<Program> {
    let directory = workshop.directory("java")?;
    openapi_generator(
        workshop.place,
        &workshop.published.yaml,
        generate::JAVA,
        &directory.join("client"),
    )?;
    let class_path = std::env::join_paths([jar(workshop)?, PathBuf::from(JAKARTA)])?;
    let classes = directory.join("classes");
    let mut sources = vec![workshop.place.conformance("java").join("Conformance.java")];
    java_files(&directory.join("client/src/main/java"), &mut sources)?;
    step("compile", || {
        run(Command::new("javac")
            .args(["-nowarn", "-encoding", "UTF-8", "-d"])
            .arg(&classes)
            .arg("-classpath")
            .arg(&class_path)
            .args(&sources))
    })?;
    let mut program = Command::new("java");
    let class_path = std::env::join_paths([classes, jar(workshop)?, PathBuf::from(JAKARTA)])?;
    program
        .args(["-Dfile.encoding=UTF-8", "-classpath"])
        .arg(class_path)
        .arg("Conformance");
    Ok(program)
}

fn java_files(directory: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            java_files(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "java")
        {
            found.push(path);
        }
    }
    Ok(())
}

fn ruby(workshop: &Workshop<'_>) -> Result<Program> {
    let directory = workshop.directory("ruby")?;
    openapi_generator(
        workshop.place,
        &workshop.published.yaml,
        generate::RUBY,
        &directory,
    )?;
    let mut program = Command::new("ruby");
    program
        .arg("-I")
        .arg(directory.join("lib"))
        .arg(workshop.place.conformance("ruby").join("conformance.rb"));
    Ok(program)
}

/// The one jar of openapi-generator, with Jackson in it.
fn jar(workshop: &Workshop<'_>) -> Result<PathBuf> {
    let lib = workshop.place.tools().join("openapi-generator/lib");
    let versions =
        std::fs::read_dir(&lib).map_err(|error| format!("{}: {error}", lib.display()))?;
    let jars = versions.flatten().map(|version| {
        version
            .path()
            .join("site-packages/openapi_generator_cli/openapi-generator.jar")
    });
    let found = jars.into_iter().find(|jar| jar.exists());
    found.ok_or_else(|| format!("no openapi-generator.jar below {}", lib.display()).into())
}
