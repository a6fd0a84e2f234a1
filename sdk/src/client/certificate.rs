//! Certificates of servers and of the client.

use reqwest::{Certificate, Identity};

use crate::Error;

const PEM: &[u8] = b"-----BEGIN ";

/// Parses the certificates in a PEM bundle, or one in DER.
pub(crate) fn parse_roots(bytes: &[u8]) -> Result<Vec<Certificate>, Error> {
    let invalid = || Error::config("the root certificate is neither PEM nor DER");
    let pem = bytes.windows(PEM.len()).any(|window| window == PEM);
    let parsed = if pem {
        Certificate::from_pem_bundle(bytes)
    } else {
        Certificate::from_der(bytes).map(|certificate| vec![certificate])
    };
    let certificates = parsed.map_err(|error| invalid().with_source(error))?;
    if certificates.is_empty() {
        return Err(invalid());
    }
    // Parsing alone accepts any bytes as DER. Building a client here allows the error to name the certificate.
    match reqwest::Client::builder()
        .tls_certs_only(certificates.clone())
        .build()
    {
        Ok(_) => Ok(certificates),
        Err(error) => Err(invalid().with_source(error)),
    }
}

/// Parses a PEM file with a certificate and its private key.
pub(crate) fn parse_identity(pem: &secrecy::SecretSlice<u8>) -> Result<Identity, Error> {
    use secrecy::ExposeSecret;

    let pem = pem.expose_secret();
    // If both TLS libraries are enabled, reqwest uses the native one.
    #[cfg(not(feature = "native-tls"))]
    let identity = Identity::from_pem(pem);
    #[cfg(feature = "native-tls")]
    let identity = Identity::from_pkcs8_pem(pem, pem);
    // The cause is left out, because it could repeat the content of the file.
    identity.map_err(|_| {
        Error::config(
            "the client certificate is not a PEM file with a certificate and its private key",
        )
    })
}
