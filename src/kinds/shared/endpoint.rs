use serde_json::Value as Json;

use crate::api::{Object, Service};
use crate::resource::{Dependent, Observed, Planned};
use crate::value::Value;

/// A Service of an application, by its name on the platform, in which `{name}` is the name of the object, and
/// `{kind}` its kind in lower case, for kinds that were renamed.
pub(crate) struct Endpoint(pub(crate) &'static str);

impl Endpoint {
    /// Its name on the platform.
    pub(crate) fn name(&self, object: &Object) -> String {
        name_of(self.0, object)
    }

    /// Its host name inside the platform.
    pub(crate) fn host(&self, object: &Object) -> String {
        host_in(&object.namespace, &self.name(object))
    }

    /// The same at plan.
    pub(crate) fn planned_host(&self, values: &Value) -> Planned<String> {
        let text = |name: &str| values.attribute(name).as_str();
        let place = text("namespace").zip(text("name"));
        place
            .map(|(namespace, name)| host_in(namespace, &self.0.replace("{name}", name)))
            .into()
    }

    /// Waits for its public address, where the object has `external` on.
    pub(crate) fn if_external(&self, object: &Object) -> Option<Dependent> {
        let is_external = object.spec.get("external").and_then(Json::as_bool);
        is_external.filter(|is| *is).map(|_| Dependent::Address {
            service: self.name(object),
        })
    }

    /// The Service, once it exists.
    pub(crate) fn service<'a>(&self, seen: &'a Observed) -> Option<&'a Service> {
        seen.service(&self.name(&seen.object))
    }

    /// Its public address, once it has one.
    pub(crate) fn address(&self, seen: &Observed) -> Option<String> {
        self.service(seen)?.addresses.first().cloned()
    }
}

fn host_in(namespace: &str, service: &str) -> String {
    format!("{service}.{namespace}.svc")
}

/// A name on the platform, with the kind, the name and the namespace of the object filled in.
pub(super) fn name_of(template: &str, object: &Object) -> String {
    template
        .replace("{kind}", &object.kind.to_lowercase())
        .replace("{namespace}", &object.namespace)
        .replace("{name}", &object.name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PRIMARY: Endpoint = Endpoint("postgres-{name}-rw");

    #[test]
    fn a_host_is_planned_as_it_is_reported() {
        let object = Object {
            name: "main".to_owned(),
            namespace: "tenant-acme".to_owned(),
            ..Object::default()
        };
        let host = "postgres-main-rw.tenant-acme.svc";
        assert_eq!(PRIMARY.host(&object), host);
        let planned = Value::map([("name", "main".into()), ("namespace", "tenant-acme".into())]);
        assert_eq!(
            PRIMARY.planned_host(&planned),
            Planned::Known(host.to_owned())
        );
        let unnamed = Value::map([
            ("name", Value::Unknown),
            ("namespace", "tenant-acme".into()),
        ]);
        assert_eq!(PRIMARY.planned_host(&unnamed), Planned::Unknown);
    }

    #[test]
    fn an_address_is_waited_for_only_if_external() {
        let object = |external| Object {
            name: "main".to_owned(),
            spec: [("external".to_owned(), external)].into_iter().collect(),
            ..Object::default()
        };
        let service = "postgres-main-rw".to_owned();
        let address = Some(Dependent::Address { service });
        assert_eq!(PRIMARY.if_external(&object(json!(true))), address);
        assert_eq!(PRIMARY.if_external(&object(json!(false))), None);
        assert_eq!(PRIMARY.if_external(&Object::default()), None);
    }
}
