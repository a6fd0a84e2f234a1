//! The order of the files in `codegen/src`: none uses another that uses it, directly or through others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{Visit, visit_item_use, visit_path};

#[test]
fn no_file_uses_itself_through_others() {
    let mut files = BTreeMap::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read(&source, &mut Vec::new(), &mut files);
    assert!(files.len() > 30, "{} files", files.len());

    // Removes the files that use no other, until there are none.
    while !files.is_empty() {
        let count = files.len();
        let names: BTreeSet<_> = files.keys().cloned().collect();
        files.retain(|_, uses: &mut BTreeSet<String>| !uses.is_disjoint(&names));
        assert_ne!(files.len(), count, "each of these uses another: {files:#?}");
    }
}

/// Reads what each file of a module uses, by the paths of modules.
fn read(
    directory: &Path,
    module: &mut Vec<String>,
    files: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            module.push(name);
            read(&path, module, files);
            module.pop();
        } else {
            let file: syn::File =
                syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let mut uses = Uses {
                module: if name == "lib" {
                    Vec::new()
                } else {
                    [&module[..], &[name]].concat()
                },
                found: BTreeSet::new(),
            };
            let code = file
                .items
                .iter()
                .filter(|item| !matches!(item, syn::Item::Mod(tests) if tests.content.is_some()));
            code.for_each(|item| uses.visit_item(item));
            let itself = uses.module.join("::");
            uses.found.remove(&itself);
            files.insert(itself, uses.found);
        }
    }
}

struct Uses {
    module: Vec<String>,
    found: BTreeSet<String>,
}

impl Uses {
    /// Adds the module of a path, which is the longest part of it that is a file.
    fn add(&mut self, path: &[String]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let mut whole = match first.as_str() {
            "crate" => Vec::new(),
            "super" => self
                .module
                .split_last()
                .map_or_else(Vec::new, |(_, outer)| outer.to_vec()),
            "self" => self.module.clone(),
            // A module inside this one.
            child => [&self.module[..], &[child.to_owned()]].concat(),
        };
        whole.extend(rest.iter().cloned());
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let is_ours = matches!(first.as_str(), "crate" | "super" | "self");
        while !whole.is_empty() {
            if source.join(whole.join("/")).with_extension("rs").is_file() {
                self.found.insert(whole.join("::"));
                return;
            }
            whole.pop();
        }
        if is_ours {
            self.found.insert(String::new());
        }
    }

    fn add_tree(&mut self, tree: &syn::UseTree, path: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(it) => {
                path.push(it.ident.to_string());
                self.add_tree(&it.tree, path);
                path.pop();
            }
            syn::UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|tree| self.add_tree(tree, path)),
            syn::UseTree::Name(name) => self.add(&[&path[..], &[name.ident.to_string()]].concat()),
            syn::UseTree::Rename(it) => self.add(&[&path[..], &[it.ident.to_string()]].concat()),
            syn::UseTree::Glob(_) => self.add(path),
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&item.tree, &mut Vec::new());
        visit_item_use(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if segments.len() > 1 {
            self.add(&segments);
        }
        visit_path(self, path);
    }
}
