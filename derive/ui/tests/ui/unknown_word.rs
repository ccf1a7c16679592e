use hikube_derive::Spec;

#[derive(Spec)]
struct Disk {
    /// The name.
    #[spec(replaces)]
    name: String,
    /// The size.
    #[spec(defualt = "5Gi")]
    size: Option<String>,
    /// The color.
    #[spec(colorful)]
    color: Option<String>,
}

fn main() {}
