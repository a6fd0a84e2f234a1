//! The tokens that were sent lately.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::TokenHeader;
use crate::Secret;

/// How many tokens are remembered. A program that rotates its tokens has a few; one that acts for many users has many.
const REMEMBERED: usize = 16;

/// The tokens that a client and those derived from it have sent lately, the last one first.
///
/// A server can repeat any of them, so errors and traces show none.
#[derive(Default)]
pub(crate) struct SentTokens {
    /// Other secrets of the client, such as the password of a proxy.
    fixed: Vec<Secret>,
    tokens: Mutex<VecDeque<TokenHeader>>,
}

impl SentTokens {
    pub(crate) fn with(fixed: Vec<Secret>) -> Self {
        Self {
            fixed,
            tokens: Mutex::default(),
        }
    }

    /// Remembers a token that is about to be sent.
    pub(crate) fn add(&self, token: &TokenHeader) {
        let mut sent = self.lock();
        if sent.front() == Some(token) {
            return;
        }
        sent.retain(|other| other != token);
        sent.push_front(token.clone());
        sent.truncate(REMEMBERED);
    }

    /// Returns the tokens and the other secrets.
    pub(crate) fn all(&self) -> Vec<Secret> {
        let tokens = self.lock();
        let tokens = tokens.iter().map(|token| token.token().into());
        tokens.chain(self.fixed.iter().cloned()).collect()
    }

    /// Returns whether this holds for one of them.
    #[cfg(feature = "tracing")]
    pub(crate) fn any(&self, holds: impl Fn(&str) -> bool) -> bool {
        let holds_for_fixed = self.fixed.iter().any(|secret| holds(secret.expose()));
        holds_for_fixed || self.lock().iter().any(|token| holds(token.token()))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<TokenHeader>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TokenKind;

    #[test]
    fn the_last_tokens_are_remembered_once_each() {
        let sent = SentTokens::default();
        let token = |number: usize| {
            TokenHeader::new(TokenKind::Private, &format!("glpat-{number}").into()).unwrap()
        };
        for number in [0, 1, 0, 0, 1, 2] {
            sent.add(&token(number));
        }
        assert_eq!(
            sent.all(),
            ["glpat-2", "glpat-1", "glpat-0"].map(Secret::from)
        );
        (10..40).for_each(|number| sent.add(&token(number)));
        assert_eq!(sent.all().len(), REMEMBERED);
        assert_eq!(sent.all()[0], Secret::from("glpat-39"));
    }
}
