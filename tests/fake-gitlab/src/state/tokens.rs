//! Personal access tokens: added, rotated, expired and revoked while the server runs.

use super::State;
use crate::auth::{Access, Token, Validity};

/// Tokens.
impl State {
    /// Adds a token that is valid for all projects, with the given access.
    pub fn add_token(&mut self, token: &str, access: Access) {
        self.tokens
            .insert(token.to_owned(), Token::personal(1, access));
    }

    /// Removes a token: 401 from now on, without a reason.
    pub fn remove_token(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    /// Revokes a token: 401 from now on, with the reason.
    ///
    /// # Panics
    ///
    /// Panics if there is no such token.
    pub fn revoke_token(&mut self, token: &str) {
        self.token_mut(token).validity = Validity::Revoked;
    }

    /// Expires a token: 401 from now on, with the reason.
    ///
    /// # Panics
    ///
    /// Panics if there is no such token.
    pub fn expire_token(&mut self, token: &str) {
        self.token_mut(token).validity = Validity::Expired;
    }

    /// Rotates a token: `new` permits what `old` permitted, and `old` is revoked.
    ///
    /// ```
    /// use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN};
    ///
    /// let gitlab = FakeGitlab::start();
    /// gitlab.with(|state| state.rotate_token(MAINTAINER_TOKEN, "glpat-second"));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is no token `old`.
    pub fn rotate_token(&mut self, old: &str, new: &str) {
        let token = self.token_mut(old).clone();
        self.tokens.insert(new.to_owned(), token);
        self.revoke_token(old);
    }

    fn token_mut(&mut self, token: &str) -> &mut Token {
        let known = self.tokens.get_mut(token);
        known.unwrap_or_else(|| panic!("fake-gitlab has no such token"))
    }
}
