//! `cargo xtask spec bundle`: the spec as one file in two forms, and as a page to read. Each is complete in itself.

mod page;
#[cfg(test)]
mod page_tests;
mod yaml;

use std::path::{Path, PathBuf};

use gitlab_jobs_codegen::{Spec, check};

use super::Place;
use super::tool::{self, Result};
use super::tree::Tree;

/// Writes the bundle and says what it is. Whether the spec could be published.
pub(crate) fn run(place: &Place, out: &Path) -> Result<bool> {
    let spec = Spec::load(&place.spec)?;
    let findings = check(&spec);
    if !findings.is_empty() {
        findings.iter().for_each(|finding| println!("{finding}"));
        println!(
            "A spec with findings is not published: {} of them",
            findings.len()
        );
        return Ok(false);
    }
    let bundle = write(&spec, place, out)?;
    for (file, what) in [
        (&bundle.json, "for programs"),
        (&bundle.yaml, "for programs and people"),
        (
            &bundle.page,
            "for people; open it in a browser, no network needed",
        ),
    ] {
        let length = std::fs::metadata(file)?.len();
        println!("{:>9} {} {what}", size(length), file.display());
    }
    Ok(true)
}

/// The files of a bundle.
pub(crate) struct Bundle {
    pub(crate) json: PathBuf,
    pub(crate) yaml: PathBuf,
    pub(crate) page: PathBuf,
}

/// Writes the bundle of a spec.
pub(crate) fn write(spec: &Spec, place: &Place, out: &Path) -> Result<Bundle> {
    let document = document(spec, &place.spec)?;
    tool::create(out)?;
    let bundle = Bundle {
        json: out.join("openapi.json"),
        yaml: out.join("openapi.yaml"),
        page: out.join("index.html"),
    };
    tool::write(
        &bundle.json,
        serde_json::to_string_pretty(&document)? + "\n",
    )?;
    tool::write(&bundle.yaml, yaml::emit(&document))?;
    tool::write(&bundle.page, page::render(&document)?)?;
    Ok(bundle)
}

/// The document with the example files inside, in the order of its own file and of theirs.
pub(crate) fn document(spec: &Spec, directory: &Path) -> Result<Tree> {
    let mut document = Tree::of(spec)?;
    let mut result = Ok(());
    document.visit_mut(&mut |node| {
        let Tree::Map(map) = node else { return };
        let Some(Tree::Text(file)) = map.get("externalValue") else {
            return;
        };
        match Tree::read(&directory.join(file)) {
            Ok(example) => {
                map.shift_remove("externalValue");
                map.insert("value".to_owned(), example);
            }
            Err(error) => result = Err(error),
        }
    });
    result.map(|()| document)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Tree {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
        document(&Spec::load(&directory).unwrap(), &directory).unwrap()
    }

    #[test]
    fn the_bundle_refers_to_nothing_outside_itself() {
        let document = published();
        let mut references = 0;
        document.clone().visit_mut(&mut |node| {
            assert!(node.get("externalValue").is_none(), "{node:?}");
            if let Some(reference) = node.text_at("$ref") {
                references += 1;
                assert!(reference.starts_with("#/"), "{reference}");
                assert!(
                    document.resolve(node).text_at("$ref").is_none(),
                    "{reference} leads nowhere"
                );
            }
        });
        assert!(
            references > 100,
            "only {references} references were looked at"
        );
        let documented = ["components", "examples", "GetJob", "value"]
            .iter()
            .try_fold(&document, |node, key| node.get(key))
            .unwrap();
        assert_eq!(documented.text_at("name"), Some("rubocop"));
    }

    #[test]
    fn the_yaml_says_what_the_json_says() {
        let document = published();
        let read = Spec::parse("openapi.yaml", &yaml::emit(&document)).unwrap();
        assert_eq!(Tree::of(&read).unwrap(), document);
    }

    #[test]
    fn the_same_spec_gives_the_same_bytes() {
        assert_eq!(yaml::emit(&published()), yaml::emit(&published()));
        assert_eq!(
            page::render(&published()).unwrap(),
            page::render(&published()).unwrap()
        );
    }
}
