//! A tenant may promise those below it no more than it was promised itself (read in the source of
//! 1.6; earlier releases do not look).
use crate::facts::Kind;
use crate::failure::{Failure, Problem};
use crate::names;
use crate::namespaces::{ROOT, above, tenant_release};
use crate::quantity::Quantity;
use crate::store::World;
use serde_json::Value;
use std::collections::BTreeMap;

type Quotas = BTreeMap<String, Quantity>;

/// Checks the quotas of a tenant that is written.
pub(crate) fn check(
    world: &World,
    kind: &Kind,
    namespace: &str,
    name: &str,
    spec: &Value,
) -> Result<(), Failure> {
    if kind.kind != "Tenant" || !world.facts.release.checks_quotas() {
        return Ok(());
    }
    let field = "spec.resourceQuotas";
    let wanted = declared(spec).map_err(|amount| {
        let text = format!("{amount} is no amount, such as 500m or 16Gi");
        Failure::invalid(kind, name, field, Problem::Invalid(String::new(), text))
    })?;
    let limits = of_parent(world, namespace);
    if wanted.is_empty() || limits.is_empty() {
        return Ok(());
    }
    let promised = of_siblings(world, namespace, name);
    let mut problems = Vec::new();
    for (resource, limit) in limits {
        let Some(amount) = wanted.get(&resource) else {
            continue;
        };
        let taken = promised.get(&resource).copied().unwrap_or_default();
        let remaining = limit.less(taken.nanos);
        if amount.nanos > remaining.nanos {
            let text = format!(
                "requested {amount} exceeds the parent tenant's remaining \"{resource}\" quota of \
                 {remaining}: it has {limit}, of which others below it have {taken}"
            );
            problems.push((format!("{field}[{resource}]"), Problem::Forbidden(text)));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid_in(kind, name, problems))
    }
}

/// The quotas a spec declares; the first that is no amount, if one is not.
fn declared(spec: &Value) -> Result<Quotas, String> {
    let quotas = spec["resourceQuotas"].as_object().into_iter().flatten();
    quotas
        .map(|(resource, amount)| {
            let text = match amount {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let amount = Quantity::read(&text).ok_or(text)?;
            Ok((resource.clone(), amount))
        })
        .collect()
}

/// The quotas of the tenant that owns a namespace; the root is its own parent.
fn of_parent(world: &World, namespace: &str) -> Quotas {
    let home = above(namespace).unwrap_or(ROOT).to_owned();
    let tenant = world.objects.get(&(home, tenant_release(namespace)));
    tenant
        .filter(|_| names::is_tenant(namespace))
        .and_then(|tenant| declared(&tenant.spec).ok())
        .unwrap_or_default()
}

/// What the other tenants of a namespace have been promised; quotas that make no sense count as
/// none.
fn of_siblings(world: &World, namespace: &str, name: &str) -> Quotas {
    let siblings = world
        .objects_in(namespace)
        .map(|(_, object)| object)
        .filter(|object| object.kind == "Tenant" && object.name != name);
    let mut sum = Quotas::new();
    for (resource, amount) in siblings.flat_map(|o| declared(&o.spec).unwrap_or_default()) {
        let promised = sum.entry(resource).or_default();
        promised.nanos = promised.nanos.saturating_add(amount.nanos);
        promised.binary |= amount.binary;
    }
    sum
}
