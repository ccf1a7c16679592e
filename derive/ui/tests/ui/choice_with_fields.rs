use hikube_derive::Choice;

#[derive(Choice)]
enum Bus {
    /// Any other.
    Other(String),
}

#[derive(Choice)]
struct Fast;

fn main() {}
