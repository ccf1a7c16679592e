use super::declaration::{WrongArgument, shown};
use crate::resource::is_namespace;
use crate::schema::pattern::whole;

/// Checks that an argument is a namespace.
pub(super) fn check_namespace(index: usize, text: &str) -> Result<(), WrongArgument> {
    if is_namespace(text) {
        return Ok(());
    }
    Err(WrongArgument::at(
        index,
        format!(
            "must be a namespace of at most 63 lowercase letters, digits and dashes, such as `tenant-acme`, got {}",
            shown(text)
        ),
    ))
}

/// Checks that an argument is a name of this pattern. An ID is a common mistake.
pub(super) fn check_name(
    index: usize,
    text: &str,
    pattern: &str,
    must: &str,
) -> Result<(), WrongArgument> {
    if whole(pattern, text) {
        return Ok(());
    }
    let hint = match text.rsplit_once('/') {
        Some((_, name)) if whole(pattern, name) => {
            format!(": that is an ID, the name is {}", shown(name))
        }
        _ => String::new(),
    };
    let problem = format!("must {must}, got {}{hint}", shown(text));
    Err(WrongArgument::at(index, problem))
}
