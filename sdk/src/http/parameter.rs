//! What the parameters of an operation can be set to: a value, several, or none.
//!
//! ```
//! # fn example(client: gitlab_jobs::Client, page: Option<u32>) {
//! use gitlab_jobs::types::{JobScope, JobStatus};
//!
//! let jobs = || client.list_project_jobs("group/project");
//! let _ = jobs().per_page(50).page(page).order_by("id").cursor(None::<&str>);
//! let _ = jobs().scope(JobScope::Failed);
//! let _ = jobs().scope([JobStatus::Failed, JobStatus::Canceled]);
//! let _ = jobs().scope(vec!["failed", "canceled"]);
//! let _ = jobs().scope(Some("failed"));
//! # }
//! ```

/// A value of a parameter, or none: `T` or `Option<T>`, and for text and enums also `&str` and `String`.
#[diagnostic::on_unimplemented(
    message = "a parameter of type `{T}` cannot be set to `{Self}`",
    label = "expected `{T}` or `Option<{T}>`"
)]
pub trait IntoOption<T> {
    /// Converts into the value, if there is one.
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

/// Values of a parameter that is a list of `T`: one value, an array, a `Vec` or a slice of them, or an `Option` of those.
///
/// What is a text or an enum can be given as `&str` or `String` as well.
#[diagnostic::on_unimplemented(
    message = "a list of `{T}` cannot be made of `{Self}`",
    label = "expected one or several `{T}`"
)]
pub trait IntoList<T> {
    /// Converts into the values.
    fn into_list(self) -> Vec<T>;
}

impl<T, S: IntoList<T>, const N: usize> IntoList<T> for [S; N] {
    fn into_list(self) -> Vec<T> {
        flatten(self)
    }
}

impl<T, S: IntoList<T>> IntoList<T> for Vec<S> {
    fn into_list(self) -> Vec<T> {
        flatten(self)
    }
}

impl<T, S: IntoList<T>> IntoList<T> for Option<S> {
    fn into_list(self) -> Vec<T> {
        flatten(self)
    }
}

impl<T, S: IntoList<T> + Clone> IntoList<T> for &[S] {
    fn into_list(self) -> Vec<T> {
        flatten(self.iter().cloned())
    }
}

fn flatten<T>(values: impl IntoIterator<Item: IntoList<T>>) -> Vec<T> {
    values.into_iter().flat_map(IntoList::into_list).collect()
}

/// Lets a list be made of single values of a type.
macro_rules! value {
    ($($name:ty)+) => {
        $(
            impl $crate::parameter::IntoList<$name> for $name {
                fn into_list(self) -> Vec<$name> {
                    vec![self]
                }
            }
        )+
    };
}

/// Lets an open enum be given as text.
macro_rules! text_value {
    ($name:ty) => {
        impl $crate::parameter::IntoList<$name> for $name {
            fn into_list(self) -> Vec<$name> {
                vec![self]
            }
        }

        $crate::parameter::text_value!($name: &str, String);
    };
    ($name:ty: $($text:ty),+) => {
        $(
            impl $crate::parameter::IntoOption<$name> for $text {
                fn into_option(self) -> Option<$name> {
                    Some(self.into())
                }
            }

            impl $crate::parameter::IntoOption<$name> for Option<$text> {
                fn into_option(self) -> Option<$name> {
                    self.map(Into::into)
                }
            }

            impl $crate::parameter::IntoList<$name> for $text {
                fn into_list(self) -> Vec<$name> {
                    vec![self.into()]
                }
            }
        )+
    };
}

pub(crate) use text_value;

text_value!(String: &str, &String);
value!(String);
value!(bool u32 u64 f32 f64 chrono::DateTime<chrono::Utc> chrono::NaiveDate);
