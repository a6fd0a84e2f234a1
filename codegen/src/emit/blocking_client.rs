//! Emits the methods of the blocking client that begin an operation.

use super::{BLOCKING, Source, Typed, builder_name, example, import, operation_docs};
use crate::document::Document;

pub(super) fn emit(operations: &[Typed<'_>], document: &Document) -> Source {
    let builders: Vec<_> = operations
        .iter()
        .map(|(operation, _)| builder_name(operation))
        .collect();
    let methods: Vec<_> = operations
        .iter()
        .map(|(operation, signature)| {
            let docs = operation_docs(operation, &example::blocking(operation, signature, document));
            let (id, name) = (&operation.id, builder_name(operation));
            format!(
                "{docs}    pub fn {id}(&self) -> {name} {{ {name}::new(self.inner.{id}(), self.runtime.clone()) }}\n"
            )
        })
        .collect();
    let builders = import("crate::generated::operations", &builders);
    let code = format!(
        "use crate::Client;\n{builders}\nimpl Client {{\n{}}}\n",
        methods.join("\n")
    );
    Source::new(
        BLOCKING,
        "client.rs",
        "The methods of `Client` that begin an operation.",
        code,
    )
}
