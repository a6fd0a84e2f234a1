//! The names that hand-written code has taken, read from the source of both crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{Visit, visit_item_impl, visit_item_mod};

use crate::error::Error;
use crate::source::DIRECTORIES;

/// The names that hand-written code has taken.
///
/// The methods of what a macro writes are not seen.
#[derive(Debug, Default)]
pub struct Taken {
    /// The methods of each type, those of its traits included: a method of its own would hide these.
    methods: BTreeMap<String, BTreeSet<String>>,
    /// What the public modules of types and builders hold beside what is generated.
    types: BTreeSet<String>,
}

impl Taken {
    /// Reads the source of both crates, below the root of the repository.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be read, or is not Rust.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let mut taken = Self::default();
        for generated in DIRECTORIES {
            let generated = root.join(generated);
            if let Some(source) = generated.parent() {
                taken.directory(source, &generated)?;
            }
        }
        Ok(taken)
    }

    fn directory(&mut self, directory: &Path, generated: &Path) -> Result<(), Error> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Read { path, source }
        };
        for entry in fs::read_dir(directory).map_err(failed(directory))? {
            let path = entry.map_err(failed(directory))?.path();
            if path.is_dir() && path != generated {
                self.directory(&path, generated)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).map_err(failed(&path))?;
                let file = syn::parse_file(&text).map_err(|error| {
                    Error::Emit(format!("{} is not Rust: {error}", path.display()))
                })?;
                self.visit_file(&file);
            }
        }
        Ok(())
    }

    /// Returns the methods of a type.
    pub(crate) fn methods(&self, of: &str) -> impl Iterator<Item = &str> {
        self.methods
            .get(of)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Returns the types beside the generated ones.
    pub(crate) fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(String::as_str)
    }
}

impl<'ast> Visit<'ast> for Taken {
    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        if let syn::Type::Path(path) = &*block.self_ty
            && let Some(name) = path.path.segments.last()
        {
            let methods = self.methods.entry(name.ident.to_string()).or_default();
            methods.extend(block.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                syn::ImplItem::Const(constant) => Some(constant.ident.to_string()),
                _ => None,
            }));
        }
        visit_item_impl(self, block);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident == "types" || module.ident == "builder" {
            let items = module.content.iter().flat_map(|(_, items)| items);
            for item in items {
                if let syn::Item::Use(item) = item {
                    re_exported(&item.tree, &mut self.types);
                }
            }
        }
        visit_item_mod(self, module);
    }
}

/// Adds the names that an import brings, except for those of a glob.
fn re_exported(tree: &syn::UseTree, names: &mut BTreeSet<String>) {
    match tree {
        syn::UseTree::Path(path) => re_exported(&path.tree, names),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| re_exported(tree, names)),
        syn::UseTree::Name(name) => _ = names.insert(name.ident.to_string()),
        syn::UseTree::Rename(rename) => _ = names.insert(rename.rename.to_string()),
        syn::UseTree::Glob(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_both_crates_and_re_exported_types_are_taken() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let taken = Taken::read(&root).unwrap();
        let is_method = |of, method| taken.methods(of).any(|known| known == method);
        for method in ["from_env", "with_token", "wait_for_job", "fmt"] {
            assert!(is_method("Client", method), "{method}");
        }
        assert!(is_method("PlayJob", "variable") && !is_method("RetryJob", "variable"));
        assert!(
            !is_method("Client", "get_job"),
            "what is generated is not taken"
        );
        assert!(taken.types().any(|name| name == "UnknownValue"));
    }
}
