//! How a client is generated in each language, and how the program that uses it is built and run. spec/README.md shows
//! the same commands to people.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::spec::Place;
use crate::spec::tool::{self, Result, empty, run, step};

/// A language, in the order of the table.
pub(super) struct Language {
    pub(super) name: &'static str,
    pub(super) generator: &'static str,
    /// Programs that have to be there, each with what runs without it and the Debian package it comes in.
    needs: &'static [(&'static str, &'static str)],
    /// Files that have to be there, likewise.
    files: &'static [(&'static str, &'static str)],
    pub(super) make: fn(&Workshop<'_>) -> Result<Ready>,
}

/// What a language works with.
pub(super) struct Workshop<'a> {
    pub(super) place: &'a Place,
    /// The published spec.
    pub(super) spec: &'a Path,
}

/// A program that only has to be told where GitLab is.
pub(super) struct Ready {
    pub(super) program: Command,
}

const PYTHON: (&str, &str) = ("python3", "python3 python3-venv");
const JAVA: (&str, &str) = ("java", "openjdk-17-jre-headless");
const JAKARTA: &str = "/usr/share/java/jakarta-annotation-api.jar";

pub(super) const LANGUAGES: [Language; 4] = [
    Language {
        name: "python",
        generator: "openapi-python-client 0.29.1",
        needs: &[PYTHON],
        files: &[],
        make: python,
    },
    Language {
        name: "typescript",
        generator: "openapi-typescript 7.13.0, openapi-fetch 0.17.0",
        needs: &[("node", "nodejs"), ("npm", "npm")],
        files: &[],
        make: typescript,
    },
    Language {
        name: "go",
        generator: "openapi-generator 7.26.0",
        needs: &[PYTHON, JAVA, ("go", "golang-go")],
        files: &[],
        make: go,
    },
    Language {
        name: "java",
        generator: "openapi-generator 7.26.0, native",
        needs: &[PYTHON, ("javac", "openjdk-17-jdk-headless")],
        files: &[(JAKARTA, "libjakarta-annotation-api-java")],
        make: java,
    },
];

impl Language {
    /// What is not there, with the Debian package to install.
    pub(super) fn missing(&self) -> Vec<String> {
        let programs = self
            .needs
            .iter()
            .filter(|(program, _)| !tool::is_there(program));
        let files = self
            .files
            .iter()
            .filter(|(file, _)| !Path::new(file).exists());
        let all = programs.chain(files);
        all.map(|(what, package)| format!("{what} is not there (Debian: {package})"))
            .collect()
    }
}

impl Workshop<'_> {
    /// The directory of a language with nothing in it but a copy of our program.
    fn directory(&self, language: &str) -> Result<PathBuf> {
        let directory = self.place.output("conformance").join(language);
        empty(&directory)?;
        Ok(directory)
    }

    fn generate(&self, arguments: &[&str], directory: &Path) -> Result<()> {
        let pinned = self
            .place
            .root
            .join("spec/conformance/openapi-generator.txt");
        let bin = tool::python_environment(&self.place.tools(), "openapi-generator", &pinned)?;
        let mut command = Command::new(bin.join("openapi-generator-cli"));
        command
            .args(["generate", "--input-spec"])
            .arg(self.spec)
            .arg("--output")
            .arg(directory)
            .args(arguments);
        step("generate the client", || run(&mut command))?;
        Ok(())
    }

    /// The one jar of openapi-generator, with Jackson in it.
    fn jar(&self) -> Result<PathBuf> {
        let lib = self.place.tools().join("openapi-generator/lib");
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
}

fn python(workshop: &Workshop<'_>) -> Result<Ready> {
    let source = workshop.place.conformance("python");
    let bin = tool::python_environment(
        &workshop.place.tools(),
        "openapi-python-client",
        &source.join("requirements.txt"),
    )?;
    let directory = workshop.directory("python")?;
    step("generate the client", || {
        run(Command::new(bin.join("openapi-python-client"))
            .args(["generate", "--fail-on-warning", "--meta", "none", "--path"])
            .arg(workshop.spec)
            .arg("--config")
            .arg(source.join("config.yaml"))
            .arg("--output-path")
            .arg(directory.join("gitlab_jobs"))
            // It calls ruff, which is in the same environment.
            .env("PATH", with(&bin)))
    })?;
    step("check the types", || {
        run(Command::new(bin.join("mypy"))
            // The generated client has faults of its own in the eyes of mypy, none of which the spec can mend.
            .args([
                "--strict",
                "--warn-unreachable",
                "--follow-imports=silent",
                "--cache-dir",
            ])
            .arg(directory.join("mypy"))
            .arg(source.join("conformance.py"))
            .env("MYPYPATH", &directory))
    })?;
    let mut program = Command::new(bin.join("python"));
    program
        .arg(source.join("conformance.py"))
        .env("PYTHONPATH", &directory)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(Ready { program })
}

fn typescript(workshop: &Workshop<'_>) -> Result<Ready> {
    let source = workshop.place.conformance("typescript");
    let tools = tool::node_packages(&workshop.place.tools(), "typescript", &source)?;
    let bin = tools.join("node_modules/.bin");
    let directory = workshop.directory("typescript")?;
    std::os::unix::fs::symlink(tools.join("node_modules"), directory.join("node_modules"))?;
    for file in ["conformance.ts", "tsconfig.json", "package.json"] {
        std::fs::copy(source.join(file), directory.join(file))?;
    }
    step("generate the client", || {
        // It would take up a redocly.yaml of the current directory.
        run(Command::new(bin.join("openapi-typescript"))
            .arg(workshop.spec)
            .args(["--output", "gitlab-jobs.d.ts"])
            .current_dir(&directory))
    })?;
    step("compile", || {
        run(Command::new(bin.join("tsc")).current_dir(&directory))
    })?;
    let mut program = Command::new("node");
    program.arg("conformance.js").current_dir(&directory);
    Ok(Ready { program })
}

fn go(workshop: &Workshop<'_>) -> Result<Ready> {
    let directory = workshop.directory("go")?;
    let client = directory.join("gitlabjobs");
    let properties =
        "packageName=gitlabjobs,withGoMod=false,disallowAdditionalPropertiesIfNotPresent=false";
    let arguments = [
        "--generator-name",
        "go",
        "--additional-properties",
        properties,
        "--global-property",
        "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
    ];
    workshop.generate(&arguments, &client)?;
    let source = workshop.place.conformance("go");
    for file in ["go.mod", "main.go"] {
        std::fs::copy(source.join(file), directory.join(file))?;
    }
    step("compile", || {
        run(Command::new("go")
            .args(["build", "-o", "conformance", "."])
            // The generated client needs the standard library alone.
            .envs([
                ("GOFLAGS", "-mod=mod"),
                ("GOPROXY", "off"),
                ("GOTOOLCHAIN", "local"),
            ])
            .current_dir(&directory))
    })?;
    Ok(Ready {
        program: Command::new(directory.join("conformance")),
    })
}

fn java(workshop: &Workshop<'_>) -> Result<Ready> {
    let directory = workshop.directory("java")?;
    let properties = "invokerPackage=gitlabjobs,apiPackage=gitlabjobs.api,modelPackage=gitlabjobs.model,\
                      disallowAdditionalPropertiesIfNotPresent=false,openApiNullable=false,useJakartaEe=true,\
                      hideGenerationTimestamp=true";
    let arguments = [
        "--generator-name",
        "java",
        "--library",
        "native",
        "--additional-properties",
        properties,
        "--global-property",
        "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
    ];
    workshop.generate(&arguments, &directory.join("client"))?;
    let class_path = std::env::join_paths([workshop.jar()?, PathBuf::from(JAKARTA)])?;
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
    let class_path = std::env::join_paths([classes, workshop.jar()?, PathBuf::from(JAKARTA)])?;
    program
        .args(["-Dfile.encoding=UTF-8", "-classpath"])
        .arg(class_path)
        .arg("Conformance");
    Ok(Ready { program })
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

/// The search path with a directory before it.
fn with(directory: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or_default()
}
