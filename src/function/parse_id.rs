use super::declaration::{Arguments, Function, Parameter, Returns, WrongArgument, shown};
use crate::resource::{place_of, place_of_entry};
use crate::schema::pattern::whole;
use crate::schema::{Spec, ToValue};
use crate::value::{Type, Value};

pub(super) const FUNCTION: Function = Function {
    name: "parse_id",
    summary: "Returns the parts of an ID.",
    description: "IDs have one of three forms: `namespace/name`; `namespace/Kind/name` of a `hikube_app`, whose kind begins with \
                  an upper-case letter; and `namespace/name/key` of an entry of another object, such as a \
                  `hikube_postgres_database`.",
    parameters: &[Parameter {
        name: "id",
        kind: Type::String,
        description: "`id` of a resource or data source of this provider.",
    }],
    returns: Returns::object::<IdParts>(),
    body,
};

#[derive(Spec, ToValue)]
struct IdParts {
    /// Namespace of the object.
    namespace: String,
    /// Name of the object. For an entry, the name of the object that contains it.
    name: String,
    /// Kind of the object, from the ID of a `hikube_app`. Otherwise null.
    kind: Option<String>,
    /// Key of the entry, from the ID of an entry. Otherwise null.
    key: Option<String>,
}

impl IdParts {
    fn of(id: &str) -> Option<IdParts> {
        if let Some((namespace, name)) = place_of(id) {
            return Some(IdParts::new(namespace, name));
        }
        if let [namespace, kind, name] = id.split('/').collect::<Vec<_>>()[..]
            && whole("[A-Z][A-Za-z0-9]*", kind)
        {
            let place = format!("{namespace}/{name}");
            let (namespace, name) = place_of(&place)?;
            return Some(IdParts {
                kind: Some(kind.to_owned()),
                ..IdParts::new(namespace, name)
            });
        }
        let (namespace, name) = place_of_entry(id)?;
        let (object, key) = name.split_once('/')?;
        Some(IdParts {
            key: Some(key.to_owned()),
            ..IdParts::new(namespace, object)
        })
    }

    fn new(namespace: &str, name: &str) -> IdParts {
        IdParts {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            kind: None,
            key: None,
        }
    }
}

fn body(arguments: &Arguments) -> Result<Value, WrongArgument> {
    let id = arguments.text(0);
    let wrong = || {
        let hint = if id.contains('/') || id.is_empty() {
            ""
        } else {
            ", which has no namespace"
        };
        let problem = format!(
            "must be an ID of the form `namespace/name`, `namespace/Kind/name` or `namespace/name/key`, got {}{hint}",
            shown(id)
        );
        WrongArgument::at(0, problem)
    };
    IdParts::of(id).map(ToValue::to_value).ok_or_else(wrong)
}
