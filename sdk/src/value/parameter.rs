//! The values that optional parameters accept: a value or an `Option` of it, and for a list one value or several.
//!
//! The traits are implemented for everything below. They need not be imported, and are not meant to be
//! implemented for other types.
//!
//! | parameter | accepts |
//! |---|---|
//! | any `T` | `T`, `Option<T>` |
//! | text | `String`, `&str`, `&String`, and an `Option` of each |
//! | an enum such as [`JobOrder`](crate::types::JobOrder) | the enum, `&str`, `String`, and an `Option` of each |
//! | a list | one value; an array, a `Vec` or a slice of values; an `Option` of each |
//!
//! `None` removes the parameter, and so does an empty list. Where several types of `Option` are accepted, a bare `None`
//! needs its type: `None::<&str>`.

use chrono::{DateTime, NaiveDate, Utc};

/// A value of an optional parameter, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of this parameter",
    label = "expected `{T}` or `Option<{T}>`"
)]
pub trait IntoOption<T> {
    /// Returns the value, or `None` if the parameter is to be removed.
    fn into_option(self) -> Option<T>;
}

impl<T> IntoOption<T> for T {
    fn into_option(self) -> Option<T> {
        Some(self)
    }
}

impl<T> IntoOption<T> for Option<T> {
    fn into_option(self) -> Self {
        self
    }
}

/// The values of a list parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of values of this parameter",
    label = "expected one `{T}`, or an array, a `Vec` or a slice of them"
)]
pub trait IntoList<T> {
    /// Returns the values. Without any, the parameter is removed.
    fn into_list(self) -> Vec<T>;
}

/// One of several values of a list parameter.
///
/// `Into` would leave the type of the numbers in `[7, 8]` ambiguous.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of this list parameter",
    label = "expected `{T}`"
)]
pub trait ListItem<T> {
    /// Returns the value.
    fn into_item(self) -> T;
}

impl<T, S: ListItem<T>, const N: usize> IntoList<T> for [S; N] {
    fn into_list(self) -> Vec<T> {
        self.into_iter().map(S::into_item).collect()
    }
}

impl<T, S: ListItem<T>> IntoList<T> for Vec<S> {
    fn into_list(self) -> Vec<T> {
        self.into_iter().map(S::into_item).collect()
    }
}

impl<T, S: Clone + ListItem<T>> IntoList<T> for &[S] {
    fn into_list(self) -> Vec<T> {
        self.iter().cloned().map(S::into_item).collect()
    }
}

impl<T, S: Clone + ListItem<T>, const N: usize> IntoList<T> for &[S; N] {
    fn into_list(self) -> Vec<T> {
        self.as_slice().into_list()
    }
}

impl<T, S: Clone + ListItem<T>> IntoList<T> for &Vec<S> {
    fn into_list(self) -> Vec<T> {
        self.as_slice().into_list()
    }
}

impl<T, L: IntoList<T>> IntoList<T> for Option<L> {
    fn into_list(self) -> Vec<T> {
        self.map(L::into_list).unwrap_or_default()
    }
}

/// Accepts other types as a value of a parameter, and as an `Option` of it.
macro_rules! accept {
    ($type:ty: $($from:ty),+) => {
        $(
            impl $crate::value::parameter::IntoOption<$type> for $from {
                fn into_option(self) -> Option<$type> {
                    Some(self.into())
                }
            }

            impl $crate::value::parameter::IntoOption<$type> for Option<$from> {
                fn into_option(self) -> Option<$type> {
                    self.map(Into::into)
                }
            }
        )+
    };
}

/// Accepts types as values of a list parameter, alone or among several. An implementation for all types would overlap
/// with those of arrays and the like.
macro_rules! accept_in_list {
    ($type:ty: $($from:ty),+) => {
        $(
            impl $crate::value::parameter::ListItem<$type> for $from {
                fn into_item(self) -> $type {
                    self.into()
                }
            }

            impl $crate::value::parameter::IntoList<$type> for $from {
                fn into_list(self) -> Vec<$type> {
                    vec![self.into()]
                }
            }
        )+
    };
}

pub(crate) use {accept, accept_in_list};

accept!(String: &str, &String);
accept_in_list!(String: String, &str, &String);
accept_in_list!(bool: bool);
accept_in_list!(i32: i32);
accept_in_list!(i64: i64);
accept_in_list!(u32: u32);
accept_in_list!(u64: u64);
accept_in_list!(f32: f32);
accept_in_list!(f64: f64);
accept_in_list!(NaiveDate: NaiveDate);
accept_in_list!(DateTime<Utc>: DateTime<Utc>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{JobOrder, JobScope, JobStatus};

    fn page(page: impl IntoOption<u32>) -> Option<u32> {
        page.into_option()
    }

    fn cursor(cursor: impl IntoOption<String>) -> Option<String> {
        cursor.into_option()
    }

    fn order_by(order_by: impl IntoOption<JobOrder>) -> Option<JobOrder> {
        order_by.into_option()
    }

    fn scope(scope: impl IntoList<JobScope>) -> Vec<JobScope> {
        scope.into_list()
    }

    fn ids(ids: impl IntoList<u64>) -> Vec<u64> {
        ids.into_list()
    }

    fn names(names: impl IntoList<String>) -> Vec<String> {
        names.into_list()
    }

    #[test]
    fn a_number_is_a_value_or_an_option() {
        assert_eq!(page(2), Some(2));
        assert_eq!(page(Some(2)), Some(2));
        assert_eq!(page(None), None);
    }

    #[test]
    fn text_can_be_borrowed() {
        let x = String::from("x");
        assert_eq!(cursor("x"), cursor(&x));
        assert_eq!(cursor(Some("x")), cursor(Some(&x)));
        assert_eq!(cursor(Some(x.clone())), Some(x.clone()));
        assert_eq!(cursor(x), cursor("x"));
        assert_eq!(cursor(None::<&str>), None);
    }

    #[test]
    fn an_enum_can_be_given_as_text() {
        for id in [
            order_by(JobOrder::Id),
            order_by(Some(JobOrder::Id)),
            order_by("id"),
            order_by(Some("id")),
            order_by(String::from("id")),
            order_by(Some(String::from("id"))),
        ] {
            assert_eq!(id, Some(JobOrder::Id));
        }
        assert_eq!(order_by(None::<JobOrder>), None);
    }

    #[test]
    fn one_value_is_a_list() {
        for failed in [
            scope(JobScope::Failed),
            scope("failed"),
            scope(String::from("failed")),
            scope(JobStatus::Failed),
            scope(Some(JobScope::Failed)),
            scope(Some("failed")),
            scope(Some(JobStatus::Failed)),
        ] {
            assert_eq!(failed, [JobScope::Failed]);
        }
        assert!(scope(None::<JobScope>).is_empty());
        assert_eq!(ids(7), [7]);
        assert_eq!(names("a"), ["a"]);
    }

    #[test]
    fn several_values_are_an_array_a_vec_or_a_slice() {
        let scopes = [JobScope::Failed, JobScope::Running];
        let statuses = vec![JobStatus::Failed, JobStatus::Running];
        for list in [
            scope(["failed", "running"]),
            scope(vec!["failed", "running"]),
            scope(vec![String::from("failed"), String::from("running")]),
            scope(&scopes),
            scope(&scopes[..]),
            scope(scopes.to_vec()),
            scope(Some(&scopes[..])),
            scope(Some(scopes.to_vec())),
            scope([JobStatus::Failed, JobStatus::Running]),
            scope(&statuses),
            scope(statuses.clone()),
        ] {
            assert_eq!(list, scopes);
        }
        assert!(scope(Vec::<JobScope>::new()).is_empty());
        assert_eq!(ids([7, 8]), [7, 8]);
        assert_eq!(names(["a", "b"]), ["a", "b"]);
    }
}
