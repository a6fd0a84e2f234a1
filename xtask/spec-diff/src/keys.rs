//! Compares the keys of an object such that no difference is overlooked: any that no rule judges counts as words or
//! unknown.

use std::collections::BTreeSet;

use gitlab_jobs_codegen::{Node, Value};

use crate::report::{Effect, Report};

/// The keys of an object that other rules judge, and those that contain words.
pub(crate) struct Keys {
    pub(crate) judged: &'static [&'static str],
    pub(crate) words: &'static [&'static str],
}

impl Keys {
    /// Reports the differences that no other rule judges.
    pub(crate) fn compare(&self, old: &Node, new: &Node, place: &str, report: &mut Report) {
        let keys: BTreeSet<&str> = old
            .entries()
            .chain(new.entries())
            .map(|(key, _)| key)
            .collect();
        for key in keys {
            if self.judged.contains(&key) || same(old.get(key), new.get(key)) {
                continue;
            }
            if self.words.contains(&key) {
                report.add(Effect::Words, place, format!("{key} changed"));
            } else {
                let what = match (old.get(key), new.get(key)) {
                    (None, _) => "was added",
                    (_, None) => "was removed",
                    _ => "changed",
                };
                report.add(
                    Effect::Unknown,
                    place,
                    format!("`{key}` {what}: needs review"),
                );
            }
        }
    }
}

/// Returns whether two values are the same apart from lines and the order of keys.
pub(crate) fn same(old: Option<&Node>, new: Option<&Node>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => equal(old, new),
        (None, None) => true,
        _ => false,
    }
}

fn equal(old: &Node, new: &Node) -> bool {
    match (&old.value, &new.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(old), Value::Bool(new)) => old == new,
        (Value::Number(old), Value::Number(new)) => old == new,
        (Value::Text(old), Value::Text(new)) => old == new,
        (Value::List(old), Value::List(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| equal(old, new))
        }
        (Value::Map(old), Value::Map(new)) => {
            old.len() == new.len() && old.iter().all(|(key, old)| same(Some(old), new.get(key)))
        }
        _ => false,
    }
}

/// Compares a key that is false by default. Returns the new value if it differs.
pub(crate) fn flag(
    key: &str,
    old: &Node,
    new: &Node,
    place: &str,
    report: &mut Report,
) -> Option<bool> {
    let (before, after) = (old.is_true_at(key), new.is_true_at(key));
    if before == after && !same(old.get(key), new.get(key)) {
        report.add(
            Effect::Words,
            place,
            format!("{key} is spelled differently"),
        );
    }
    (before != after).then_some(after)
}

/// Reports members that are gone or new. Losing one breaks clients.
pub(crate) fn members<'a>(
    old: impl IntoIterator<Item = &'a str>,
    new: impl IntoIterator<Item = &'a str>,
    place: &str,
    report: &mut Report,
) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.into_iter().collect(), new.into_iter().collect());
    for name in old.iter().filter(|name| !new.contains(name)) {
        report.add(Effect::Breaking, format!("{place} {name}"), "gone");
    }
    for name in new.iter().filter(|name| !old.contains(name)) {
        report.add(Effect::Compatible, format!("{place} {name}"), "new");
    }
}

/// Returns whether another item comes first, or the common items of two lists are in another order.
pub(crate) fn leads_differently<T: PartialEq>(old: &[T], new: &[T]) -> bool {
    let is_new = |item| !old.is_empty() && !old.contains(item);
    reordered(old, new) || new.first().is_some_and(is_new)
}

/// Returns whether the common items of two lists are in another order.
pub(crate) fn reordered<T: PartialEq>(old: &[T], new: &[T]) -> bool {
    let before = old.iter().filter(|item| new.contains(item));
    let after = new.iter().filter(|item| old.contains(item));
    !before.eq(after)
}
