use hikube_derive::Choice;

#[derive(Choice)]
enum Bus {
    /// The fast one.
    Virtio,
    Sata,
}

fn main() {}
