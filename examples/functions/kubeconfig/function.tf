variable "kubeconfig" {
  type      = string
  sensitive = true
}

# The parts of a kubeconfig.
locals {
  cluster = provider::hikube::kubeconfig(var.kubeconfig)
}

provider "kubernetes" {
  host                   = local.cluster.host
  cluster_ca_certificate = local.cluster.cluster_ca_certificate
  client_certificate     = local.cluster.client_certificate
  client_key             = local.cluster.client_key
  token                  = local.cluster.token
}

# A kubeconfig of its parts: for programs, with the token of the tenant's service account.
data "hikube_tenant_info" "acme" {
  namespace = "tenant-acme"
}

output "kubeconfig" {
  sensitive = true
  value = provider::hikube::kubeconfig({
    host                   = "https://api.example.org"
    cluster_ca_certificate = data.hikube_tenant_info.acme.ca_certificate
    token                  = data.hikube_tenant_info.acme.token
  }).kubeconfig
}
