use hikube_derive::Spec;

#[derive(Spec)]
#[spec(rule(differ))]
struct Disk {
    /// The name.
    name: String,
}

fn main() {}
