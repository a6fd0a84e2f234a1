//! The page to read: Scalar and the spec in one file, which asks no server for anything.

use gitlab_jobs_codegen::{Node, Value};

use super::visit;
use crate::spec::tool::Result;

/// What the page may load: nothing but what is in it. The browser enforces this, whatever Scalar tries.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; \
                      img-src data: blob:; font-src data:; worker-src blob:; connect-src 'none'; form-action 'none'";

/// Fonts from a server, requests to a server, and whatever else needs one are switched off.
const SETTINGS: &str = r#"{
  "withDefaultFonts": false,
  "hideTestRequestButton": true,
  "hideClientButton": true,
  "telemetry": false,
  "agent": { "disabled": true },
  "mcp": { "disabled": true },
  "showDeveloperTools": "never",
  "documentDownloadType": "none",
  "defaultOpenAllTags": true,
  "defaultHttpClient": { "targetKey": "shell", "clientKey": "curl" },
  "operationTitleSource": "summary"
}"#;

/// The page of a bundled document.
pub(super) fn render(document: &Node) -> Result<String> {
    let title = document
        .get("info")
        .and_then(|info| info.text_at("title"))
        .unwrap_or("API");
    let scalar = scalar_api_reference::get_asset("scalar.js")
        .ok_or("the crate of Scalar holds no scalar.js")?;
    let scalar = inline(&String::from_utf8(scalar)?);
    let mut document = document.clone();
    visit(&mut document, &mut list_known_values);
    let document = inline(&serde_json::to_string(&document)?);
    Ok(format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<link rel="icon" href="data:,">
</head>
<body>
<noscript>This page needs JavaScript. The same is in openapi.yaml beside it.</noscript>
<div id="app"></div>
<script>{scalar}</script>
<script>Scalar.createApiReference("#app", {{ ...{SETTINGS}, content: {document} }})</script>
</body>
</html>
"##
    ))
}

/// Open enums are strings to the page, so their descriptions list the known values.
fn list_known_values(node: &mut Node) {
    let meanings = node.get("x-enumDescriptions");
    let meaning = |value| meanings.and_then(|meanings| meanings.text_at(value));
    let list: String = node
        .texts_at("x-extensible-enum")
        .map(|value| format!("- `{value}`: {}\n", meaning(value).unwrap_or_default()))
        .collect();
    let Value::Map(map) = &mut node.value else {
        return;
    };
    if let Some(Value::Text(description)) = map.get_mut("description").map(|node| &mut node.value)
        && !list.is_empty()
    {
        *description = format!("{}\n\nKnown values:\n\n{list}", description.trim_end());
    }
}

/// Nothing in a script may look like its end.
fn inline(script: &str) -> String {
    script
        .replace("</script", "<\\/script")
        .replace("</SCRIPT", "<\\/SCRIPT")
        .replace("<!--", "\\x3C!--")
}
