use super::declaration::{Arguments, Function, Parameter, Returns, WrongArgument};
use super::names::{check_name, check_namespace};
use crate::kinds::subnet_id;
use crate::value::{Type, Value};

pub(super) const FUNCTION: Function = Function {
    name: "vpc_subnet_id",
    summary: "Returns the ID of a subnet of a VPC.",
    description: "The ID is the `name` in `networks` of a `hikube_vm`. The platform derives it from the names. Use it to attach \
                  a VM to a VPC that another configuration manages; a `hikube_vpc` has the same value in `subnet_ids`. \
                  The function does not check that the subnet exists.",
    parameters: &[
        Parameter {
            name: "namespace",
            kind: Type::String,
            description: "Namespace of the VPC, such as `tenant-acme`.",
        },
        Parameter {
            name: "vpc",
            kind: Type::String,
            description: "Name of the VPC.",
        },
        Parameter {
            name: "subnet",
            kind: Type::String,
            description: "Name of the subnet.",
        },
    ],
    returns: Returns::Value(Type::String),
    body,
};

fn body(arguments: &Arguments) -> Result<Value, WrongArgument> {
    let [namespace, vpc, subnet] = [0, 1, 2].map(|index| arguments.text(index));
    check_namespace(0, namespace)?;
    check_name(
        1,
        vpc,
        "[a-z]([-a-z0-9]*[a-z0-9])?",
        "contain only lowercase letters, digits and dashes, start with a letter and not end with a dash",
    )?;
    check_name(
        2,
        subnet,
        "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
        "contain only lowercase letters, digits and dashes, with a letter or digit at both ends",
    )?;
    Ok(subnet_id(namespace, vpc, subnet).into())
}
