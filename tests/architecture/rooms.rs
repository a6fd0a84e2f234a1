//! The rooms of `sdk/src`, each of which knows only the ones before it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::source::{read, rust_files, section};

const SOURCE: &str = "sdk/src";

/// What belongs to no room: the crate root, the guide, and what the blocking crate uses.
const ABOVE_ALL_ROOMS: [&str; 3] = ["lib", "guide", "__private"];

#[test]
fn each_room_uses_only_those_before_it() {
    let order = order();
    let exported = exported();
    let mut found = BTreeSet::new();
    for file in rust_files(SOURCE) {
        let room = room(&file);
        if ABOVE_ALL_ROOMS.contains(&room.as_str()) {
            continue;
        }
        let place = place(&order, &room, &file);
        found.insert(room.clone());
        for path in paths(&file) {
            let used = resolve(&path, &order, &exported).unwrap_or_else(|| {
                panic!("{}: what is crate::{}?", file.display(), path.join("::"))
            });
            assert!(
                order.iter().position(|it| *it == used) <= Some(place),
                "{}: `{room}` must not use `{used}`, which comes later (crate::{})",
                file.display(),
                path.join("::"),
            );
        }
    }
    assert_eq!(
        found,
        order.into_iter().collect(),
        "each room that is listed exists"
    );
}

#[test]
fn no_way_of_writing_a_path_is_overlooked() {
    for (code, expected) in [
        (
            "use crate::{a, b::c, d::{self, e}};",
            &["a", "b::c", "d::self", "d::e"][..],
        ),
        ("use crate::a::*;", &["a::*"]),
        ("use crate::a as b;", &["a"]),
        (
            "fn f() -> Vec<crate::a::B> { crate::c::<u8>(\"crate::no\") }",
            &["a::B", "c"],
        ),
        ("macro_rules! m { () => { $crate::a::B } }", &["a::B"]),
        ("m!(x, crate::a);", &["a"]),
        ("/// crate::no\n// crate::no\nfn f() {}", &[]),
        (
            "#[cfg(test)] mod tests { use crate::no; } use crate::a;",
            &["a"],
        ),
        ("#[cfg(test)] mod tests; use crate::a;", &["a"]),
        (
            "use super::a; mod m { use super::b; use super::super::c::D; }",
            &["a", "c::D"],
        ),
    ] {
        let mut found = Vec::new();
        collect(code.parse().unwrap(), 1, &mut found);
        let found: Vec<_> = found.iter().map(|path| path.join("::")).collect();
        assert_eq!(found, expected, "{code}");
    }
}

/// Returns the rooms in the order of the table in ARCHITECTURE.md.
fn order() -> Vec<String> {
    let section = section("The rooms of `sdk/src`");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next().map(str::to_owned))
        .collect()
}

fn place(order: &[String], room: &str, file: &Path) -> usize {
    let place = order.iter().position(|it| it == room);
    place.unwrap_or_else(|| panic!("{}: ARCHITECTURE.md lists no room `{room}`", file.display()))
}

/// Returns the room of a file: the name of the module at the crate root.
fn room(file: &Path) -> String {
    let first = file.components().next().unwrap().as_os_str().to_str();
    let first = first.unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

/// Returns the paths from the crate root that a file uses outside its unit tests.
fn paths(file: &Path) -> Vec<Vec<String>> {
    let is_tests = file.ends_with("tests.rs");
    let depth = file
        .with_extension("")
        .components()
        .filter(|it| it.as_os_str() != "mod")
        .count();
    let mut found = Vec::new();
    if !is_tests {
        collect(
            read(Path::new(SOURCE).join(file)).parse().unwrap(),
            depth,
            &mut found,
        );
    }
    found
}

/// Returns the room in which a path from the crate root leads.
fn resolve(
    path: &[String],
    order: &[String],
    exported: &BTreeMap<String, String>,
) -> Option<String> {
    if order.contains(&path[0]) {
        return Some(path[0].clone());
    }
    // The modules `types` and `builder` re-export.
    let within = path
        .get(1)
        .and_then(|name| exported.get(&format!("{}::{name}", path[0])));
    let within = within.or_else(|| exported.get(&format!("{}::*", path[0])));
    within.or_else(|| exported.get(&path[0])).cloned()
}

/// Returns the room of each name that the crate root re-exports, also in a module.
fn exported() -> BTreeMap<String, String> {
    let root = syn::parse_file(&read(Path::new(SOURCE).join("lib.rs"))).unwrap();
    let mut exported = BTreeMap::new();
    add_exported("", &root.items, &mut exported);
    exported
}

fn add_exported(prefix: &str, items: &[syn::Item], exported: &mut BTreeMap<String, String>) {
    for item in items {
        match item {
            syn::Item::Mod(syn::ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) => {
                add_exported(&format!("{ident}::"), items, exported);
            }
            syn::Item::Use(item) if item.leading_colon.is_none() => {
                let mut found = Vec::new();
                leaves(&item.tree, &mut Vec::new(), &mut found);
                for (path, name) in found {
                    let path: Vec<_> = path.into_iter().filter(|it| it != "crate").collect();
                    exported.insert(format!("{prefix}{name}"), path[0].clone());
                }
            }
            _ => {}
        }
    }
}

/// Returns each path of a use tree, and the name that it introduces.
fn leaves(tree: &syn::UseTree, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    let mut leaf = |last: String, name: String| {
        let path = path.iter().cloned().chain([last]).collect();
        found.push((path, name));
    };
    match tree {
        syn::UseTree::Name(name) => leaf(name.ident.to_string(), name.ident.to_string()),
        syn::UseTree::Rename(name) => leaf(name.ident.to_string(), name.rename.to_string()),
        syn::UseTree::Glob(_) => leaf("*".to_owned(), "*".to_owned()),
        syn::UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            leaves(&inner.tree, path, found);
            path.pop();
        }
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, path, found);
            }
        }
    }
}

/// Collects the paths from the crate root in the code of a module at this depth, by its tokens, so that macros are included.
fn collect(tokens: TokenStream, depth: usize, found: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            // The attribute, and the item up to its body or semicolon.
            at += 2;
            at += tokens[at..]
                .iter()
                .take_while(|token| !ends_item(token))
                .count()
                + 1;
        } else if let Some(after) = root(&tokens[at..], depth) {
            at += after;
            tree(&tokens[at..], &mut Vec::new(), found);
        } else {
            if let TokenTree::Group(group) = &tokens[at] {
                let is_module = at >= 2 && word(&tokens[at - 2]).as_deref() == Some("mod");
                collect(group.stream(), depth + usize::from(is_module), found);
            }
            at += 1;
        }
    }
}

fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(hash), TokenTree::Group(group), ..]
        if hash.as_char() == '#' && group.stream().to_string().replace(' ', "") == "cfg(test)")
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

/// Returns how many tokens at the start lead to the crate root: `crate::`, or `super::` once for each level.
fn root(tokens: &[TokenTree], depth: usize) -> Option<usize> {
    let first = word(tokens.first()?)?;
    let levels = match first.as_str() {
        "crate" => 1,
        "super" => depth,
        _ => return None,
    };
    let mut at = 0;
    for _ in 0..levels {
        if word(tokens.get(at)?)? != first {
            return None;
        }
        at += 1 + colons(&tokens[at + 1..])?;
    }
    Some(at)
}

fn colons(tokens: &[TokenTree]) -> Option<usize> {
    let is_colon = |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ':');
    (tokens.len() > 1 && tokens[..2].iter().all(is_colon)).then_some(2)
}

/// Collects the paths that the tokens begin with: one, or those of a group.
fn tree(tokens: &[TokenTree], path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match tokens.first() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<_> = group.stream().into_iter().collect();
            let is_comma =
                |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ',');
            for tokens in inner.split(is_comma).filter(|tokens| !tokens.is_empty()) {
                tree(tokens, &mut path.clone(), found);
            }
        }
        Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
            path.push("*".to_owned());
            found.push(path.clone());
        }
        Some(TokenTree::Ident(name)) => {
            path.push(name.to_string());
            match colons(&tokens[1..]) {
                Some(after) if tokens.len() > 1 + after && !is_generic(&tokens[1 + after]) => {
                    tree(&tokens[1 + after..], path, found);
                }
                _ => found.push(path.clone()),
            }
        }
        _ => found.push(path.clone()),
    }
}

fn is_generic(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(less) if less.as_char() == '<')
}
