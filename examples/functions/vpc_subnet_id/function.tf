# A VPC that another configuration manages.
resource "hikube_vm" "worker" {
  name = "worker"

  networks = [{
    name = provider::hikube::vpc_subnet_id("tenant-acme", "main", "app")
  }]
}

# subnet-130a3dec
output "subnet_id" {
  value = provider::hikube::vpc_subnet_id("tenant-acme", "main", "app")
}
