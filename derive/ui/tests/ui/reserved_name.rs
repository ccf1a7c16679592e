use hikube_derive::Spec;

#[derive(Spec)]
struct Group {
    /// How many nodes.
    count: i64,
    /// Who provides it.
    r#provider: Option<String>,
}

fn main() {}
