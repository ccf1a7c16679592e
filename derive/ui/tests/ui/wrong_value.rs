use hikube_derive::Spec;

#[derive(Spec)]
struct Disk {
    /// The name.
    #[spec(pattern("[a-z]+"))]
    name: String,
    /// The size.
    #[spec(min = "one")]
    size: Option<i64>,
    /// The ports.
    #[spec(default_json = "[22")]
    ports: Option<Vec<i64>>,
}

fn main() {}
