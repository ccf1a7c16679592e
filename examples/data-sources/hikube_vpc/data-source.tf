data "hikube_vpc" "main" {
  name = "main"
}

output "subnet_ids" {
  value = data.hikube_vpc.main.subnet_ids
}
