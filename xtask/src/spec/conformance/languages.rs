//! How a client is generated in each language, and how the program that uses it is built and run. spec/README.md shows
//! the same commands to people.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::generate;
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

/// How mypy is asked. The generated client has faults of its own in the eyes of mypy, none of which the spec can mend,
/// hence the silence.
const MYPY: &str = "--strict --warn-unreachable --follow-imports=silent";

const PYTHON_NEEDED: (&str, &str) = ("python3", "python3 python3-venv");
const JAVA_NEEDED: (&str, &str) = ("java", "openjdk-17-jre-headless");
const JAKARTA: &str = "/usr/share/java/jakarta-annotation-api.jar";

pub(super) const LANGUAGES: [Language; 4] = [
    Language {
        name: "python",
        generator: "openapi-python-client 0.29.1",
        needs: &[PYTHON_NEEDED],
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
        needs: &[PYTHON_NEEDED, JAVA_NEEDED, ("go", "golang-go")],
        files: &[],
        make: go,
    },
    Language {
        name: "java",
        generator: "openapi-generator 7.26.0, native",
        needs: &[PYTHON_NEEDED, ("javac", "openjdk-17-jdk-headless")],
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
        let mut missing: Vec<String> = all
            .map(|(what, package)| format!("{what} is not there (Debian: {package})"))
            .collect();
        // Debian keeps what makes virtual environments in a package of its own.
        if missing.is_empty()
            && self.needs.contains(&PYTHON_NEEDED)
            && run(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_err()
        {
            missing.push("python3 makes no environments (Debian: python3-venv)".to_owned());
        }
        missing
    }
}

impl Workshop<'_> {
    /// The directory of a language with nothing in it but a copy of our program.
    fn directory(&self, language: &str) -> Result<PathBuf> {
        let directory = self.place.output("conformance").join(language);
        empty(&directory)?;
        Ok(directory)
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
    let directory = workshop.directory("python")?;
    let package = directory.join("gitlab_jobs");
    let bin = generate::python(workshop.place, workshop.spec, &package)?;
    step("check the types", || {
        run(Command::new(bin.join("mypy"))
            .args(MYPY.split(' '))
            .arg("--cache-dir")
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
    let tools = generate::typescript_packages(workshop.place)?;
    let bin = tools.join("node_modules/.bin");
    // Inside the directory of the packages, where both tsc and node look for them.
    let directory = tools.join("program");
    empty(&directory)?;
    for file in ["conformance.ts", "tsconfig.json", "package.json"] {
        std::fs::copy(source.join(file), directory.join(file))?;
    }
    let declarations = directory.join("gitlab-jobs.d.ts");
    generate::typescript(workshop.place, workshop.spec, &declarations)?;
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
    generate::go(workshop.place, workshop.spec, &client)?;
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
    generate::java(workshop.place, workshop.spec, &directory.join("client"))?;
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

#[cfg(test)]
mod tests {
    use super::super::generate::{GO, JAVA, PYTHON};
    use super::*;

    fn read(file: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../spec")
            .join(file);
        tool::read(&path).unwrap()
    }

    /// Continued lines made one.
    fn readme() -> String {
        let lines = read("README.md").replace("\\\n", "");
        lines.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_readme_shows_the_commands_that_are_run() {
        let readme = readme();
        let python = format!("openapi-python-client {PYTHON}");
        let mypy = format!("mypy {MYPY}");
        for command in [python.as_str(), mypy.as_str(), GO, JAVA] {
            let command = command.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(readme.contains(&command), "{command}");
        }
    }

    #[test]
    fn the_readme_and_the_table_name_the_versions_that_are_pinned() {
        let readme = readme();
        let python = read("conformance/python/requirements.txt");
        let generator = read("conformance/openapi-generator.txt");
        for (pinned, line) in [
            (&python, "openapi-python-client==0.29.1"),
            (&generator, "openapi-generator-cli==7.26.0"),
        ] {
            assert!(
                pinned.lines().any(|pin| pin == line),
                "{line} is not pinned"
            );
            assert!(readme.contains(line), "{line} is not in the README");
        }
        let packages: serde_json::Value =
            serde_json::from_str(&read("conformance/typescript/package.json")).unwrap();
        for (kind, name) in [
            ("dependencies", "openapi-fetch"),
            ("devDependencies", "openapi-typescript"),
            ("devDependencies", "typescript"),
        ] {
            let version = packages[kind][name].as_str().unwrap();
            assert!(
                readme.contains(&format!("{name}@{version}")),
                "{name} {version}"
            );
        }
        let [python, typescript, go, java] = LANGUAGES.map(|language| language.generator);
        assert_eq!(python, "openapi-python-client 0.29.1");
        assert_eq!(
            typescript,
            "openapi-typescript 7.13.0, openapi-fetch 0.17.0"
        );
        assert!(go.contains("7.26.0") && java.contains("7.26.0"));
    }

    #[test]
    fn the_readme_names_the_debian_packages() {
        let readme = readme();
        for language in &LANGUAGES {
            for (_, packages) in language.needs.iter().chain(language.files) {
                for package in packages.split(' ') {
                    assert!(
                        readme.contains(&format!("`{package}`")),
                        "{package} for {}",
                        language.name
                    );
                }
            }
        }
    }
}
