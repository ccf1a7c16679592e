use super::declaration::{Arguments, Function, Parameter, Returns, WrongArgument, shown};
use super::names::{check_name, check_namespace};
use crate::kinds;
use crate::resource::is_namespace;
use crate::value::{Type, Value};

pub(super) const FUNCTION: Function = Function {
    name: "tenant_namespace",
    summary: "Returns the namespace of a tenant.",
    description: "The platform derives the namespace from the namespace of the parent tenant and the name of the tenant. Use it \
                  to refer to a tenant that another configuration manages; a `hikube_tenant` has the same value in \
                  `status_namespace`.",
    parameters: &[
        Parameter {
            name: "parent",
            kind: Type::String,
            description: "Namespace of the parent tenant, such as `tenant-acme`.",
        },
        Parameter {
            name: "name",
            kind: Type::String,
            description: "Name of the tenant.",
        },
    ],
    returns: Returns::Value(Type::String),
    body,
};

fn body(arguments: &Arguments) -> Result<Value, WrongArgument> {
    let (parent, name) = (arguments.text(0), arguments.text(1));
    check_namespace(0, parent)?;
    check_name(
        1,
        name,
        "[a-z][a-z0-9]*",
        "contain only lowercase letters and digits, and start with a letter",
    )?;
    let Some(namespace) = kinds::tenant_namespace(parent, name) else {
        let problem = format!(
            "must be the namespace of a tenant, which begins with `tenant-`, got {}",
            shown(parent)
        );
        return Err(WrongArgument::at(0, problem));
    };
    if !is_namespace(&namespace) {
        let problem = format!(
            "must be shorter: the namespace would have {} characters, and at most 63 are possible",
            namespace.len()
        );
        return Err(WrongArgument::at(1, problem));
    }
    Ok(namespace.into())
}
