//! What a parameter becomes: a field of the builder, a setter of either crate, and a part of the request.

use super::rustdoc;
use crate::document::{Operation, Parameter};
use crate::names;
use crate::passes::{ParameterType, Signature};

/// A parameter with its Rust type.
pub(super) struct Typed<'a> {
    pub(super) parameter: &'a Parameter,
    pub(super) field: String,
    pub(super) ty: &'a ParameterType,
}

/// The parameters of an operation in the order of the spec.
pub(super) fn typed<'a>(operation: &'a Operation, signature: &'a Signature) -> Vec<Typed<'a>> {
    let typed = operation.parameters.iter().filter_map(|parameter| {
        let field = names::field(&parameter.name);
        let ty = signature.parameters.get(&field)?;
        Some(Typed {
            parameter,
            field,
            ty,
        })
    });
    typed.collect()
}

impl Typed<'_> {
    /// Whether its setter may refuse a value.
    pub(super) fn is_fallible(&self) -> bool {
        matches!(self.ty, ParameterType::HandWritten(_))
    }

    pub(super) fn is_required(&self) -> bool {
        self.parameter.required
    }

    /// The declaration of the builder's field.
    pub(super) fn field(&self) -> String {
        let Self { field, .. } = self;
        let ty = self.type_name();
        if self.is_required() {
            format!("{field}: Argument<{ty}>,")
        } else {
            format!("{field}: Option<{ty}>,")
        }
    }

    /// The field of a new builder.
    pub(super) fn initial(&self) -> String {
        let Self { field, .. } = self;
        if self.is_required() {
            format!("{field}: Argument::missing({field:?}),")
        } else {
            format!("{field}: None,")
        }
    }

    /// The setter of the async builder.
    pub(super) fn setter(&self) -> String {
        let Self { field, .. } = self;
        let value = match self.ty {
            ParameterType::Plain(_) | ParameterType::HandWritten(_) => field.clone(),
            ParameterType::Text | ParameterType::Enum(_) | ParameterType::List(_) => {
                format!("{field}.into()")
            }
        };
        let set = if self.is_required() {
            format!("self.{field}.set({value});")
        } else {
            format!("self.{field} = Some({value});")
        };
        self.setter_with(&set)
    }

    /// The setter of the blocking builder, which hands the value on.
    pub(super) fn blocking_setter(&self) -> String {
        let Self { field, .. } = self;
        self.setter_with(&format!("self.inner = self.inner.{field}({field});"))
    }

    fn setter_with(&self, statement: &str) -> String {
        let Self { field, .. } = self;
        let required = if self.is_required() {
            "\n\nRequired."
        } else {
            ""
        };
        let docs = rustdoc::comment(&format!("{}{required}", self.parameter.description), 4);
        let ty = self.type_name();
        let argument = match self.ty {
            ParameterType::Plain(_) => ty,
            ParameterType::Text | ParameterType::Enum(_) | ParameterType::List(_) => {
                format!("impl Into<{ty}>")
            }
            ParameterType::HandWritten(_) => format!("impl TryInto<{ty}, Error: Display>"),
        };
        format!(
            "{docs}    pub fn {field}(mut self, {field}: {argument}) -> Self {{ {statement} self }}\n\n"
        )
    }

    /// The values for the query.
    pub(super) fn query(&self) -> String {
        let Self {
            field,
            parameter: Parameter { name, .. },
            ..
        } = self;
        let values = match (self.ty, self.is_required()) {
            (ParameterType::List(_), true) => format!("self.{field}.get(&OPERATION)?.iter()"),
            (ParameterType::List(_), false) => {
                format!("self.{field}.iter().flat_map(|{field}| {field}.iter())")
            }
            (_, true) => format!("[self.{field}.get(&OPERATION)?]"),
            (ParameterType::Plain(_), false) => format!("self.{field}"),
            (_, false) => format!("self.{field}.as_ref()"),
        };
        format!(".query({name:?}, {values})")
    }

    fn type_name(&self) -> String {
        match self.ty {
            ParameterType::Plain(name)
            | ParameterType::Enum(name)
            | ParameterType::List(name)
            | ParameterType::HandWritten(name) => name.clone(),
            ParameterType::Text => "String".to_owned(),
        }
    }
}
