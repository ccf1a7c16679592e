use crate::schema::{Block, Spec, ToValue};
use crate::value::{Type, Value};

/// The declaration of a function. It is pure: its result depends only on its arguments.
pub struct Function {
    /// The name, after `provider::hikube::`.
    pub name: &'static str,
    /// What it returns, in one sentence.
    pub summary: &'static str,
    /// What else is worth knowing, for its page.
    pub description: &'static str,
    /// The parameters, all of which are required.
    pub parameters: &'static [Parameter],
    /// The result.
    pub returns: Returns,
    /// Computes the result.
    pub body: fn(&Arguments) -> Result<Value, WrongArgument>,
}

/// A parameter of a function.
pub struct Parameter {
    /// The name, for messages.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// The description.
    pub description: &'static str,
}

/// The result of a function.
pub enum Returns {
    /// A value of this type.
    Value(Type),
    /// An object with these attributes.
    Object(fn() -> Block),
}

impl Returns {
    /// The object that a struct declares.
    pub(super) const fn object<T: Spec + ToValue>() -> Returns {
        Returns::Object(T::block)
    }

    /// The type.
    pub fn value_type(&self) -> Type {
        match self {
            Returns::Value(kind) => kind.clone(),
            Returns::Object(block) => block().value_type(),
        }
    }
}

/// The arguments of a call, which have the types of the parameters and are neither null nor unknown.
pub struct Arguments(Vec<Value>);

impl Arguments {
    /// Arguments in the order of the parameters.
    pub fn new(arguments: Vec<Value>) -> Arguments {
        Arguments(arguments)
    }

    /// An argument by its position.
    pub(super) fn value(&self, index: usize) -> &Value {
        self.0.get(index).unwrap_or(&Value::Null)
    }

    /// The text of an argument by its position.
    pub(super) fn text(&self, index: usize) -> &str {
        self.value(index).as_str().unwrap_or_default()
    }
}

/// The error of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongArgument {
    /// The position of the argument.
    pub index: usize,
    /// What is wrong with it. Terraform puts the parameter's name before it and a full stop after it.
    pub problem: String,
}

impl WrongArgument {
    /// An error about the argument at this position.
    pub(super) fn at(index: usize, problem: impl Into<String>) -> WrongArgument {
        WrongArgument {
            index,
            problem: problem.into(),
        }
    }
}

/// The length from which an argument is shortened in a message.
const LONGEST_SHOWN: usize = 80;

/// An argument as it is quoted in a message.
pub(super) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(LONGEST_SHOWN).collect();
    let more = if characters.next().is_some() {
        "…"
    } else {
        ""
    };
    format!("`{beginning}{more}`")
}
