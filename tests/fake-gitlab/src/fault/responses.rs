//! Whole responses that take the place of the true one: of limiters, of proxies, and of other pages than the API.

use super::Fault;

/// Responses in place of the true one.
impl Fault {
    /// Sends GitLab's 409 of a lock that is held or an object that has changed meanwhile, which can come from every
    /// operation and passes at once.
    pub fn resource_lock(self) -> Self {
        self.status(409)
            .body(r#"{"message":"409 Conflict: Resource lock"}"#)
    }

    /// Sends the 404 of a server that does not know the route, as `list_pipeline_trigger_jobs` from a node that is not
    /// upgraded yet.
    pub fn unknown_route(self) -> Self {
        self.status(404).body(r#"{"error":"404 Not Found"}"#)
    }

    /// Sends the front-end limiter's 429: plain text, `Retry-After` in seconds, and the `RateLimit-*` headers.
    pub fn retry_later(self, seconds: u64) -> Self {
        let headers = crate::rate_limit::headers(60, 61, seconds, chrono::Utc::now());
        let fault = self
            .status(429)
            .header("content-type", "text/plain")
            .header("retry-after", seconds.to_string())
            .body("Retry later\n");
        headers
            .into_iter()
            .fold(fault, |fault, (name, value)| fault.header(name, value))
    }

    /// Sends the per-endpoint limiter's 429 of an older server: JSON, without `Retry-After`.
    pub fn too_many_requests(self) -> Self {
        self.status(429).body(crate::rate_limit::TOO_MANY)
    }

    /// Sends a proxy's 502, in HTML.
    pub fn bad_gateway(self) -> Self {
        self.html_page(502, "502 Bad Gateway")
    }

    /// Sends a proxy's 503, in HTML, as while GitLab restarts.
    pub fn service_unavailable(self) -> Self {
        self.html_page(503, "503 Service Temporarily Unavailable")
    }

    /// Sends a page of HTML with this status, such as a maintenance page or an interstitial with 200.
    ///
    /// # Panics
    ///
    /// Panics if `status` is not between 100 and 999.
    pub fn html_page(self, status: u16, title: &str) -> Self {
        let html = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        self.status(status)
            .header("content-type", "text/html")
            .body(html)
    }

    /// Redirects to the sign-in page, `/users/sign_in`, which every fake serves: 200 and `text/html`. A client that
    /// follows the redirect receives the page in place of what it asked for.
    pub fn sign_in_page(self) -> Self {
        self.redirect(302, "/users/sign_in")
    }
}
