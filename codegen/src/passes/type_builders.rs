//! Drops the builders of types, which are more than half of progenitor's output, and the error that only they use.

use syn::{ImplItem, Item};

use super::refusal;
use crate::error::Error;

const PASS: &str = "type_builders";

/// Removes `mod builder`, `mod error` where there is one, and every `fn builder()`.
pub(super) fn remove(items: &mut Vec<Item>) -> Result<(), Error> {
    let is_module =
        |item: &Item, name: &str| matches!(item, Item::Mod(module) if module.ident == name);
    if !items.iter().any(|item| is_module(item, "builder")) {
        return Err(refusal(PASS, "there is no module `types::builder`"));
    }
    let before = items.len();
    items.retain(|item| {
        !is_module(item, "builder") && !is_module(item, "error") && !is_builder_impl(item)
    });
    // Two modules at most: whatever else went was an impl.
    if before - items.len() <= 1 {
        return Err(refusal(PASS, "no type has a `fn builder()`"));
    }
    match items.iter().find_map(|item| {
        if let Item::Mod(module) = item {
            Some(&module.ident)
        } else {
            None
        }
    }) {
        Some(other) => Err(refusal(
            PASS,
            format!("there is a new module `types::{other}`"),
        )),
        None => Ok(()),
    }
}

fn is_builder_impl(item: &Item) -> bool {
    let Item::Impl(item) = item else { return false };
    let [ImplItem::Fn(function)] = item.items.as_slice() else {
        return false;
    };
    item.trait_.is_none() && function.sig.ident == "builder"
}

#[cfg(test)]
mod tests {
    use super::remove;
    use crate::passes::testing::items;

    #[test]
    fn builders_go_and_other_impls_stay() {
        let mut items = items(quote::quote! {
            pub mod error {}
            pub struct Job;
            impl Job { pub fn builder() -> builder::Job { Default::default() } }
            impl Job { pub fn other() {} }
            pub mod builder {}
        });

        remove(&mut items).unwrap();

        assert_eq!(items.len(), 2);
    }

    #[test]
    fn their_absence_is_refused() {
        assert!(
            remove(&mut items(quote::quote!(
                pub struct Job;
            )))
            .is_err()
        );
        assert!(
            remove(&mut items(quote::quote!(
                pub mod builder {}
            )))
            .is_err()
        );
    }
}
