use hikube_derive::Spec;

#[derive(Spec)]
struct Disk(String);

#[derive(Spec)]
enum Size {
    Small,
}

fn main() {}
