//! Label and field selectors.
use crate::call::Call;
use crate::failure::Failure;
use crate::keys;
use crate::object::Texts;

/// The selectors of a list or watch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    labels: Vec<Demand>,
    fields: Vec<Demand>,
}

/// A requirement for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Demand {
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Present,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
}

impl Selector {
    /// The selectors of a request.
    pub(crate) fn of(call: &Call) -> Result<Selector, Failure> {
        let unknown = |key: &str| {
            format!(
                "\"{key}\" is not a known field selector: only \"metadata.name\", \
                 \"metadata.namespace\""
            )
        };
        Selector::read(call, &[], keys::label_key_problem, unknown)
    }

    /// The selectors of a request for custom resources, some of which support more fields.
    pub(crate) fn of_custom(call: &Call, selectable: &[&str]) -> Result<Selector, Failure> {
        let unknown = |key: &str| format!("field label not supported: {key}");
        Selector::read(call, selectable, keys::key_problem, unknown)
    }

    fn read(
        call: &Call,
        selectable: &[&str],
        key_problem: fn(&str) -> Option<String>,
        unknown: impl Fn(&str) -> String,
    ) -> Result<Selector, Failure> {
        let labels = demands(call.parameter("labelSelector").unwrap_or(""))?;
        for demand in &labels {
            if let Some(why) = key_problem(&demand.key) {
                let key = &demand.key;
                let message = format!("invalid label selector: key \"{key}\": {why}");
                return Err(Failure::backend(message));
            }
            if let Some(why) = demand.values().iter().find_map(|v| keys::value_problem(v)) {
                let message = format!("unable to parse requirement: {why}");
                return Err(Failure::bad_request(message));
            }
        }
        let fields = demands(call.parameter("fieldSelector").unwrap_or(""))?;
        let known = |key: &str| {
            matches!(key, "metadata.name" | "metadata.namespace") || selectable.contains(&key)
        };
        if let Some(demand) = fields.iter().find(|demand| !known(&demand.key)) {
            return Err(Failure::bad_request(unknown(&demand.key)));
        }
        Ok(Selector { labels, fields })
    }

    /// Whether an object is selected.
    pub(crate) fn takes(&self, namespace: &str, name: &str, labels: &Texts) -> bool {
        let field = |path: &str| match path {
            "metadata.name" => Some(name),
            _ => Some(namespace),
        };
        self.takes_fields(field, labels)
    }

    /// Whether an object with these fields and labels is selected. An absent field is treated as empty.
    pub(crate) fn takes_fields<'a>(
        &self,
        field: impl Fn(&str) -> Option<&'a str>,
        labels: &Texts,
    ) -> bool {
        let mut by_label = self.labels.iter();
        let mut by_field = self.fields.iter();
        by_label.all(|demand| demand.meets(labels.get(&demand.key).map(String::as_str)))
            && by_field.all(|demand| demand.meets(Some(field(&demand.key).unwrap_or(""))))
    }
}

impl Demand {
    fn values(&self) -> &[String] {
        match &self.test {
            Test::Present | Test::Absent => &[],
            Test::In(values) | Test::NotIn(values) => values,
        }
    }

    fn meets(&self, value: Option<&str>) -> bool {
        let among =
            |values: &[String]| value.is_some_and(|value| values.iter().any(|v| v == value));
        match &self.test {
            Test::Present => value.is_some(),
            Test::Absent => value.is_none(),
            Test::In(values) => among(values),
            Test::NotIn(values) => !among(values),
        }
    }
}

fn demands(text: &str) -> Result<Vec<Demand>, Failure> {
    let (mut parts, mut depth, mut part) = (Vec::new(), 0, String::new());
    for c in text.chars() {
        match c {
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => {
                depth += i32::from(c == '(') - i32::from(c == ')');
                part.push(c);
            }
        }
    }
    parts.push(part);
    let parts = parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            demand(part).ok_or_else(|| {
                let operator = ["==", "="].iter().find(|start| part.starts_with(**start));
                Failure::bad_request(match operator {
                    Some(operator) => {
                        format!("found '{operator}', expected: !, identifier, or 'end of string'")
                    }
                    None => format!("unable to parse requirement: {part}"),
                })
            })
        })
        .collect()
}

fn demand(part: &str) -> Option<Demand> {
    let made = |key: &str, test: Test| {
        let key = key.trim().to_owned();
        (!key.is_empty() && !key.contains([' ', '(', ')', '!'])).then_some(Demand { key, test })
    };
    let one = |value: &str| vec![value.trim().to_owned()];
    if let Some((key, value)) = part.split_once("!=") {
        return made(key, Test::NotIn(one(value)));
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return made(key, Test::In(one(value)));
    }
    if let Some(inner) = part.strip_suffix(')') {
        let (front, values) = inner.split_once('(')?;
        let values = values
            .split(',')
            .map(|value| value.trim().to_owned())
            .collect();
        let (key, operator) = front.trim().split_once(' ')?;
        return match operator.trim() {
            "in" => made(key, Test::In(values)),
            "notin" => made(key, Test::NotIn(values)),
            _ => None,
        };
    }
    match part.strip_prefix('!') {
        Some(key) => made(key, Test::Absent),
        None => made(part, Test::Present),
    }
}

#[cfg(test)]
mod tests {
    use super::{demand, demands};
    use crate::object::Texts;

    #[test]
    fn each_operator_works() {
        let labels = Texts::from([
            ("a".to_owned(), "1".to_owned()),
            ("b".to_owned(), "2".to_owned()),
        ]);
        for (text, expected) in [
            ("a=1", true),
            ("a==2", false),
            ("a!=2,b=2", true),
            ("c!=1", true),
            ("a in (1, 2),b notin (3)", true),
            ("a in (2)", false),
            ("a", true),
            ("c", false),
            ("!c", true),
        ] {
            let demands = demands(text).expect("selector");
            let met = demands
                .iter()
                .all(|d| d.meets(labels.get(&d.key).map(String::as_str)));
            assert_eq!(met, expected, "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["a b", "=1", "a like (1)"] {
            assert_eq!(demand(text), None, "{text}");
        }
    }
}
