//! Converts names of the API to names of Rust and Terraform.

/// `endpointURL` becomes `endpoint_url`, `VMDisk` becomes `vm_disk`.
pub(super) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1);
        let begins_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if begins_word && before != Some('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake.replace(['-', '.'], "_")
}

/// `endpoint_url` becomes `EndpointUrl`, `v1.35` becomes `V1x35`, `2xlarge` becomes `V2xlarge`.
pub(super) fn pascal_case(name: &str) -> String {
    let name = match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("v{name}"),
        Some(_) => name.to_owned(),
    };
    let is_letter = |letter: Option<&char>| letter.is_some_and(char::is_ascii_digit);
    let letters: Vec<char> = name.chars().collect();
    let mut pascal = String::new();
    let mut begins_word = true;
    for (index, letter) in letters.iter().enumerate() {
        if letter.is_ascii_alphanumeric() {
            if begins_word {
                pascal.push(letter.to_ascii_uppercase());
            } else {
                pascal.push(*letter);
            }
            begins_word = false;
        } else if *letter == '.' && is_letter(letters.get(index + 1)) && !begins_word {
            pascal.push('x');
        } else {
            begins_word = true;
        }
    }
    pascal
}

/// The API name that the derive assumes for a field without `api`.
pub(super) fn camel_case(snake: &str) -> String {
    let pascal = pascal_case(snake);
    let mut letters = pascal.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// A field name in Rust, as a raw identifier if it is a keyword.
pub(super) fn identifier(snake: &str) -> String {
    match snake {
        "type" | "match" | "use" | "ref" | "mod" | "move" | "static" | "loop" | "in" => {
            format!("r#{snake}")
        }
        _ => snake.to_owned(),
    }
}

/// The singular of a name: `users` becomes `user`.
pub(super) fn singular(plural: &str) -> &str {
    plural.strip_suffix('s').unwrap_or(plural)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_api_become_names_of_rust() {
        assert_eq!(snake_case("endpointURL"), "endpoint_url");
        assert_eq!(snake_case("VMDisk"), "vm_disk");
        assert_eq!(snake_case("s3AccessKey"), "s3_access_key");
        assert_eq!(camel_case("s3_access_key"), "s3AccessKey");
        assert_eq!(camel_case("endpoint_url"), "endpointUrl");
        assert_eq!(pascal_case("v1.35"), "V1x35");
        assert_eq!(pascal_case("tcp-with-proxy"), "TcpWithProxy");
        assert_eq!(pascal_case("2xlarge"), "V2xlarge");
    }
}
