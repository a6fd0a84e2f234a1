//! The document as a whole: servers, tokens, and everything outside of paths and schemas.

use std::collections::BTreeMap;

use gitlab_jobs_codegen::Node;

use crate::keys::{Keys, leads_differently, members, same};
use crate::operations;
use crate::report::{Effect, Report};

const ROOT: Keys = Keys {
    judged: &["info", "servers", "security", "paths", "components"],
    words: &["tags", "externalDocs"],
};
const INFO: Keys = Keys {
    judged: &["version"],
    words: &["description", "contact", "license", "termsOfService"],
};
const SERVER: Keys = Keys {
    judged: &["url", "variables"],
    words: &["description"],
};
const VARIABLE: Keys = Keys {
    judged: &[],
    words: &["description"],
};
const SCHEME: Keys = Keys {
    judged: &["type", "in", "name", "scheme"],
    words: &["description", "bearerFormat"],
};
const COMPONENTS: Keys = Keys {
    judged: &[
        "schemas",
        "securitySchemes",
        "parameters",
        "headers",
        "requestBodies",
        "responses",
    ],
    words: &["examples"],
};

pub(crate) fn compare(old: &Node, new: &Node, report: &mut Report) {
    ROOT.compare(old, new, "the document", report);
    if let (Some(one), Some(other)) = (old.get("info"), new.get("info")) {
        INFO.compare(one, other, "info", report);
    } else {
        report.add(Effect::Unknown, "info", "on one side only: needs review");
    }
    servers(old, new, report);
    unused_security(old, new, report);
    components(old, new, report);
}

fn servers(old: &Node, new: &Node, report: &mut Report) {
    let urls = |root: &Node| -> Vec<String> {
        let servers = root.items_at("servers");
        servers
            .filter_map(|server| server.text_at("url"))
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (urls(old), urls(new));
    members(
        before.iter().map(String::as_str),
        after.iter().map(String::as_str),
        "server",
        report,
    );
    if leads_differently(&before, &after) {
        let what = "in another order, and generators use the first: needs review";
        report.add(Effect::Unknown, "the servers", what);
    }
    for server in old.items_at("servers") {
        let url = server.text_at("url").unwrap_or_default();
        let same_url = |other: &&Node| other.text_at("url") == Some(url);
        let Some(other) = new.items_at("servers").find(same_url) else {
            continue;
        };
        let place = format!("server {url}");
        SERVER.compare(server, other, &place, report);
        let names = |server: &Node| -> Vec<String> {
            let variables = server.entries_at("variables");
            variables.map(|(name, _)| name.to_owned()).collect()
        };
        let (before, after) = (names(server), names(other));
        members(
            before.iter().map(String::as_str),
            after.iter().map(String::as_str),
            &format!("{place}, variable"),
            report,
        );
        for (name, variable) in server.entries_at("variables") {
            if let Some(other) = other.get("variables").and_then(|all| all.get(name)) {
                VARIABLE.compare(
                    variable,
                    other,
                    &format!("{place}, variable {name}"),
                    report,
                );
            }
        }
    }
}

/// The tokens of operations without a list of their own are compared there.
fn unused_security(old: &Node, new: &Node, report: &mut Report) {
    let is_used = |root| operations::of(root).any(|it| it.node.get("security").is_none());
    if !same(old.get("security"), new.get("security")) && !is_used(old) && !is_used(new) {
        report.add(
            Effect::Words,
            "the document",
            "security changed, which no operation uses",
        );
    }
}

fn components(old: &Node, new: &Node, report: &mut Report) {
    let (Some(old), Some(new)) = (old.get("components"), new.get("components")) else {
        if !same(old.get("components"), new.get("components")) {
            report.add(
                Effect::Unknown,
                "components",
                "on one side only: needs review",
            );
        }
        return;
    };
    COMPONENTS.compare(old, new, "components", report);
    for kind in ["parameters", "headers", "requestBodies", "responses"] {
        let names = |root: &Node| -> Vec<String> {
            root.entries_at(kind)
                .map(|(name, _)| name.to_owned())
                .collect()
        };
        let (before, after) = (names(old), names(new));
        for name in before.iter().filter(|name| !after.contains(name)) {
            let what = "gone, and some generators name types after components: needs review";
            report.add(Effect::Unknown, format!("components/{kind}/{name}"), what);
        }
        for name in after.iter().filter(|name| !before.contains(name)) {
            report.add(
                Effect::Compatible,
                format!("components/{kind}/{name}"),
                "new",
            );
        }
    }
    schemes(old, new, report);
}

fn schemes(old: &Node, new: &Node, report: &mut Report) {
    let all = |root| -> BTreeMap<String, Node> {
        let schemes = Node::entries_at(root, "securitySchemes");
        schemes
            .map(|(name, node)| (name.to_owned(), node.clone()))
            .collect()
    };
    let (before, after) = (all(old), all(new));
    for (name, one) in &before {
        let place = format!("token scheme {name}");
        let Some(other) = after.get(name) else {
            report.add(Effect::Breaking, place, "gone");
            continue;
        };
        if SCHEME
            .judged
            .iter()
            .any(|key| !same(one.get(key), other.get(key)))
        {
            report.add(Effect::Breaking, &place, "sent in another way");
        }
        SCHEME.compare(one, other, &place, report);
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        report.add(Effect::Compatible, format!("token scheme {name}"), "new");
    }
}
