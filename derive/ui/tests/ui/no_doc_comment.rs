use hikube_derive::Spec;

#[derive(Spec)]
struct Disk {
    /// The name.
    name: String,
    size: Option<String>,
    optical: Option<bool>,
}

fn main() {}
