//! The types of other crates in the public API, each of which is a choice: its next major version is a breaking change here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::source::{read, rust_files, section};

#[test]
fn the_document_lists_every_foreign_type() {
    let mut found = BTreeSet::new();
    for krate in ["sdk", "sdk-blocking"] {
        let manifest: String = read(format!("{krate}/Cargo.toml"));
        let (_, dependencies) = manifest.split_once("[dependencies]\n").unwrap();
        let (dependencies, _) = dependencies.split_once("\n[").unwrap();
        let dependencies = dependencies.lines().filter_map(|line| {
            let end = line.find(['.', ' '])?;
            Some(line[..end].replace('-', "_"))
        });
        let foreign: BTreeSet<_> = dependencies.filter(|name| name != "gitlab_jobs").collect();
        let source = format!("{krate}/src");
        for file in rust_files(&source) {
            let mut api = Api::new(&foreign);
            api.visit_file(&syn::parse_file(&read(Path::new(&source).join(file))).unwrap());
            found.extend(api.found);
        }
    }
    let section = section("Foreign types in the public API");
    let listed: BTreeSet<_> = section
        .split('`')
        .filter(|text| text.contains("::"))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        found, listed,
        "left: in the code, right: in ARCHITECTURE.md"
    );
}

#[test]
fn every_place_of_a_type_in_an_interface_is_seen() {
    let code = r#"
        use bytes::Bytes;
        use http::{self, HeaderMap as Map, StatusCode};
        pub use url::Url;
        pub fn argument(map: &Map) -> Vec<Option<http::Method>> {}
        fn private(of: url::Private) {}
        pub(crate) fn internal(of: url::Internal) {}
        pub struct Public { pub field: Bytes, hidden: url::Hidden }
        impl Public { pub fn code(&self) -> impl Into<StatusCode> { url::Inner::new() } fn no(of: url::No) {} }
        impl From<url::From> for Public {}
        impl http::Trait for Public { type Item = url::Item; fn method() -> url::No {} }
        macro_rules! of { ($name:ident) => { impl url::Macro for $name { type Item = $crate::Error; } } }
        struct Internal;
        impl url::OfInternal for Internal {}
        #[cfg(test)] mod tests { pub fn test(of: url::Test) {} }
    "#;
    let foreign = ["bytes", "http", "url"].map(str::to_owned).into();
    let mut api = Api::new(&foreign);
    api.visit_file(&syn::parse_file(code).unwrap());
    let expected = [
        "bytes::Bytes",
        "http::HeaderMap",
        "http::Method",
        "http::StatusCode",
        "http::Trait",
        "url::From",
        "url::Item",
        "url::Macro",
        "url::Url",
    ];
    assert_eq!(api.found, expected.map(str::to_owned).into());
}

/// Collects the types of other crates in the interface of a file.
struct Api<'a> {
    foreign: &'a BTreeSet<String>,
    /// The modules of the file, which can have the names of crates.
    modules: BTreeSet<String>,
    /// The types that are not part of the interface.
    internal: BTreeSet<String>,
    /// The path that each imported name stands for.
    imported: BTreeMap<String, Vec<String>>,
    found: BTreeSet<String>,
}

impl<'a> Api<'a> {
    fn new(foreign: &'a BTreeSet<String>) -> Self {
        Self {
            foreign,
            modules: BTreeSet::new(),
            internal: BTreeSet::new(),
            imported: BTreeMap::new(),
            found: BTreeSet::new(),
        }
    }

    fn import(&mut self, tree: &syn::UseTree, path: &[String], public: bool) {
        let joined = |ident: &syn::Ident| {
            path.iter()
                .cloned()
                .chain([ident.to_string()])
                .collect::<Vec<_>>()
        };
        let (path, name) = match tree {
            syn::UseTree::Path(inner) => {
                return self.import(&inner.tree, &joined(&inner.ident), public);
            }
            syn::UseTree::Group(group) => {
                return group
                    .items
                    .iter()
                    .for_each(|tree| self.import(tree, path, public));
            }
            syn::UseTree::Glob(_) => return,
            syn::UseTree::Name(name) if name.ident == "self" => {
                (path.to_vec(), path.last().unwrap().clone())
            }
            syn::UseTree::Name(name) => (joined(&name.ident), name.ident.to_string()),
            syn::UseTree::Rename(name) => (joined(&name.ident), name.rename.to_string()),
        };
        if public {
            self.add(&path);
        }
        self.imported.insert(name, path);
    }

    fn starts_with_module(&self, tree: &syn::UseTree) -> bool {
        matches!(tree, syn::UseTree::Path(path) if self.modules.contains(&path.ident.to_string()))
    }

    /// Adds a path if it leads to another crate.
    fn add(&mut self, path: &[String]) {
        if self.foreign.contains(&path[0])
            && let [krate, .., name] = path
        {
            self.found.insert(format!("{krate}::{name}"));
        }
    }
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    let is_test = |it: &syn::Attribute| {
        it.parse_args::<syn::Ident>()
            .is_ok_and(|word| word == "test")
    };
    attributes
        .iter()
        .any(|it| it.path().is_ident("cfg") && is_test(it))
}

impl Visit<'_> for Api<'_> {
    fn visit_file(&mut self, file: &syn::File) {
        for item in &file.items {
            match item {
                syn::Item::Mod(item) => self.modules.insert(item.ident.to_string()),
                syn::Item::Struct(item) if !is_public(&item.vis) => {
                    self.internal.insert(item.ident.to_string())
                }
                syn::Item::Enum(item) if !is_public(&item.vis) => {
                    self.internal.insert(item.ident.to_string())
                }
                _ => false,
            };
        }
        for item in &file.items {
            if let syn::Item::Use(item) = item
                && !(item.leading_colon.is_none() && self.starts_with_module(&item.tree))
            {
                self.import(&item.tree, &[], is_public(&item.vis));
            }
        }
        visit::visit_file(self, file);
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        if is_public(&item.vis) {
            self.visit_signature(&item.sig);
        }
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        if is_test(&item.attrs) {
            return;
        }
        if let syn::Type::Path(of) = &*item.self_ty
            && of
                .path
                .segments
                .last()
                .is_some_and(|name| self.internal.contains(&name.ident.to_string()))
        {
            return;
        }
        if item.trait_.is_some() {
            return visit::visit_item_impl(self, item);
        }
        for item in &item.items {
            if let syn::ImplItem::Fn(item) = item
                && is_public(&item.vis)
            {
                self.visit_signature(&item.sig);
            }
        }
    }

    /// The trait determines the methods, which are not listed again.
    fn visit_impl_item_fn(&mut self, _: &syn::ImplItemFn) {}

    fn visit_field(&mut self, field: &syn::Field) {
        if is_public(&field.vis) {
            self.visit_type(&field.ty);
        }
    }

    fn visit_attribute(&mut self, _: &syn::Attribute) {}

    fn visit_item_static(&mut self, _: &syn::ItemStatic) {}

    fn visit_item_const(&mut self, _: &syn::ItemConst) {}

    fn visit_item_type(&mut self, item: &syn::ItemType) {
        if is_public(&item.vis) {
            visit::visit_item_type(self, item);
        }
    }

    fn visit_item_trait(&mut self, item: &syn::ItemTrait) {
        if is_public(&item.vis) {
            visit::visit_item_trait(self, item);
        }
    }

    fn visit_item_macro(&mut self, item: &syn::ItemMacro) {
        // What a macro of ours writes is code like any other once its variables are names.
        for token in item.mac.tokens.clone() {
            if let TokenTree::Group(body) = token
                && let Ok(file) = syn::parse2::<syn::File>(without_dollars(body.stream()))
            {
                self.visit_file(&file);
            }
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let segments: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let imported = self
            .imported
            .get(&segments[0])
            .filter(|_| path.leading_colon.is_none());
        let start = imported
            .cloned()
            .unwrap_or_else(|| vec![segments[0].clone()]);
        self.add(
            &start
                .into_iter()
                .chain(segments.into_iter().skip(1))
                .collect::<Vec<_>>(),
        );
        visit::visit_path(self, path);
    }
}

fn without_dollars(tokens: TokenStream) -> TokenStream {
    let tokens = tokens
        .into_iter()
        .filter(|token| !matches!(token, TokenTree::Punct(it) if it.as_char() == '$'));
    tokens
        .map(|token| match token {
            TokenTree::Group(group) => {
                proc_macro2::Group::new(group.delimiter(), without_dollars(group.stream())).into()
            }
            other => other,
        })
        .collect()
}
