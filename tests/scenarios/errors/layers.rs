//! Errors and their sources: each layer is shown once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs::reqwest::dns::{Name, Resolve, Resolving};

use crate::flavour::{Flavour, for_one_client, send};
use crate::scene::{MILLISECOND, Scene, layers, plain_and_direct, quick};

for_one_client! {
    each_layer_is_shown_once,
}

/// A resolver that fails for every name.
struct NoSuchName;

impl Resolve for NoSuchName {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::ready(Err("no such name".into())))
    }
}

fn each_layer_is_shown_once(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let quick = || {
        let builder = quick(&scene.gitlab).max_attempts(1).max_body(9000);
        builder.idle_timeout(200 * MILLISECOND)
    };
    let client = flavour.build(quick());
    let closed = flavour.build(quick().base_url("http://127.0.0.1:1"));
    let nowhere = quick()
        .base_url("http://does-not-exist.invalid")
        .configure_http(|http| plain_and_direct(http).dns_resolver(Arc::new(NoSuchName)));
    let nowhere = flavour.build(nowhere);
    let mut errors = vec![
        scene.get_job(&closed).unwrap_err(),
        scene.get_job(&nowhere).unwrap_err(),
        send!(client, get_job("a//b", 1)).unwrap_err(),
        flavour.try_build(quick().base_url("http://[")).unwrap_err(),
        flavour.try_build(quick().user_agent("\n")).unwrap_err(),
        flavour
            .try_build(quick().add_root_certificate("x"))
            .unwrap_err(),
    ];
    for fault in [
        Fault::new().status(403),
        Fault::new().stall_after(1),
        Fault::new().delay(Duration::from_secs(60)),
        Fault::new().cut_after(1),
        Fault::new().reset_before_response(),
        Fault::new().chunked().cut_after(1),
        Fault::new()
            .header("content-encoding", "gzip")
            .body("plain"),
        Fault::new().body("{\"id\": true}"),
        Fault::new().body(b"\xff".to_vec()),
    ] {
        scene.gitlab.inject(fault.times(1));
        errors.push(scene.get_job(&client).unwrap_err());
    }
    for error in errors {
        let layers = layers(&error);
        for (outer, inner) in layers.iter().zip(&layers[1..]) {
            assert!(!outer.contains(inner.as_str()), "{layers:#?}");
        }
        let different = layers.iter().collect::<BTreeSet<_>>();
        assert_eq!(different.len(), layers.len(), "{layers:#?}");
    }
}
