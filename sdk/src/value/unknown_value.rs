//! The text of a value that an open enum does not know.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The text of a value that the enum `T` does not know.
///
/// It has no constructor, so it never holds a value that `T` knows. Convert the text to `T` instead:
///
/// ```
/// use gitlab_jobs::types::JobStatus;
///
/// let status = JobStatus::from("hibernating");
/// let JobStatus::Unknown(value) = &status else { panic!("{status} is known") };
/// assert_eq!(value.as_str(), "hibernating");
/// assert_eq!(JobStatus::from("running"), JobStatus::Running);
/// ```
pub struct UnknownValue<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T> UnknownValue<T> {
    pub(crate) fn new(text: String) -> Self {
        Self {
            text,
            of: PhantomData,
        }
    }

    /// Returns the value as GitLab writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

// A derive would require the same of `T`.

impl<T> Clone for UnknownValue<T> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}

impl<T> fmt::Debug for UnknownValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<T> fmt::Display for UnknownValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<T> Eq for UnknownValue<T> {}

impl<T> PartialEq for UnknownValue<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> Hash for UnknownValue<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
