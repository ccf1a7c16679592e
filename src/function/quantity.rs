use super::declaration::{Arguments, Function, Parameter, Returns, WrongArgument, shown};
use crate::schema::{Amount, respelling};
use crate::value::{Type, Value};

pub(super) const FUNCTION: Function = Function {
    name: "quantity",
    summary: "Returns a quantity of memory, storage or CPU as a number of bytes or cores.",
    description: "The result is exact. Use it to compare or add amounts such as `10Gi` and `500m`.",
    parameters: &[Parameter {
        name: "text",
        kind: Type::String,
        description: "Quantity in the notation of Kubernetes: a number, then nothing or one of `n`, `u`, `m`, `k`, `M`, `G`, `T`, `P`, \
                      `E`, `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei`.",
    }],
    returns: Returns::Value(Type::Number),
    body,
};

const SUFFIXES: [&str; 13] = [
    "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
];

fn body(arguments: &Arguments) -> Result<Value, WrongArgument> {
    let text = arguments.text(0);
    let Some(amount) = Amount::parse(text) else {
        let hint = meant(text).map_or_else(String::new, |hint| format!("; use {hint}"));
        let problem = format!(
            "must be a quantity such as `500m`, `2`, `512Mi` or `10Gi`, got {}{hint}",
            shown(text)
        );
        return Err(WrongArgument::at(0, problem));
    };
    let number = amount
        .to_number()
        .ok_or_else(|| WrongArgument::at(0, format!("{} is too large", shown(text))))?;
    Ok(Value::Number(number))
}

/// The quantities of which a text is a spelling.
fn meant(text: &str) -> Option<String> {
    let text: String = text.split_whitespace().collect();
    let end = text.find(|c: char| c.is_ascii_alphabetic());
    let (number, suffix) = text.split_at(end.unwrap_or(text.len()));
    Amount::parse(number)?;
    if suffix.is_empty() {
        return Some(format!("`{number}`"));
    }
    let prefix = suffix.trim_end_matches(['B', 'b']);
    let prefix = SUFFIXES
        .into_iter()
        .find(|known| *known == prefix)
        .or_else(|| respelling(prefix, SUFFIXES.into_iter()))?;
    // `GB` is used for both.
    let is_decimal = prefix.len() == 1 && prefix != "m";
    let binary = format!(" or `{number}{}i`", prefix.to_uppercase());
    let binary = if is_decimal { &*binary } else { "" };
    Some(format!("`{number}{prefix}`{binary}"))
}
