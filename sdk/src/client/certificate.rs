//! Certificates from files: whom to trust, and who we are.

use reqwest::{Certificate, Identity};

use crate::Error;

const PEM: &[u8] = b"-----BEGIN ";

/// Parses the certificates of a PEM bundle, or one in DER.
pub(crate) fn parse_roots(bytes: &[u8]) -> Result<Vec<Certificate>, Error> {
    let refuse = || Error::config("the root certificate is neither PEM nor DER");
    let pem = bytes.windows(PEM.len()).any(|window| window == PEM);
    let parsed = if pem {
        Certificate::from_pem_bundle(bytes)
    } else {
        Certificate::from_der(bytes).map(|certificate| vec![certificate])
    };
    let certificates = parsed.map_err(|error| refuse().with_source(error))?;
    if certificates.is_empty() {
        return Err(refuse());
    }
    // Parsing alone takes any bytes for DER. Asking now lets the reason name the certificate.
    match reqwest::Client::builder()
        .tls_certs_only(certificates.clone())
        .build()
    {
        Ok(_) => Ok(certificates),
        Err(error) => Err(refuse().with_source(error)),
    }
}

/// Parses a PEM file with a certificate and its private key.
pub(crate) fn parse_identity(pem: &secrecy::SecretSlice<u8>) -> Result<Identity, Error> {
    use secrecy::ExposeSecret;

    let pem = pem.expose_secret();
    // Where both are built in, reqwest takes the platform's library.
    #[cfg(not(feature = "native-tls"))]
    let identity = Identity::from_pem(pem);
    #[cfg(feature = "native-tls")]
    let identity = Identity::from_pkcs8_pem(pem, pem);
    // The reason is left out: it could repeat what the file holds.
    identity.map_err(|_| {
        Error::config(
            "the client certificate is no PEM file with a certificate and its private key",
        )
    })
}
