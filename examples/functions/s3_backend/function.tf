locals {
  states = provider::hikube::s3_backend("https://s3.example.org", "bucket-1a2b3c")
}

# The outputs of another configuration, whose state is in the bucket.
data "terraform_remote_state" "network" {
  backend = "s3"
  config  = merge(local.states, { key = "network.tfstate" })
}

# A file for `terraform init -backend-config=states.tfbackend`.
resource "local_file" "states" {
  filename = "states.tfbackend"
  content  = join("", [for name, value in local.states : "${name} = ${jsonencode(value)}\n"])
}
