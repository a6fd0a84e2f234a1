//! Emits an open enum, as the runtime's macro declares it.

use super::rustdoc;
use crate::passes::Variant;

/// The code of the file. rustfmt leaves the inside of a macro's braces alone, so it is indented here.
pub(super) fn emit(name: &str, description: &str, variants: &[Variant]) -> String {
    let docs = rustdoc::comment(description, 4);
    let variants: String = variants
        .iter()
        .map(
            |Variant {
                 name,
                 value,
                 description,
             }| {
                format!(
                    "{}        {name} = {value:?},\n",
                    rustdoc::comment(description, 8)
                )
            },
        )
        .collect();
    format!(
        "use crate::open_enum::open_enum;\n\nopen_enum! {{\n{docs}    pub enum {name} {{\n{variants}    }}\n}}\n"
    )
}
