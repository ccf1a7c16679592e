resource "hikube_tenant" "staging" {
  name = "staging"

  # Clusters in this tenant keep their state in its own etcd.
  etcd    = true
  ingress = true

  resource_quotas = {
    cpu     = "32"
    memory  = "128Gi"
    storage = "500Gi"
  }
}

# What lies in the tenant names its namespace.
resource "hikube_bucket" "uploads" {
  name      = "uploads"
  namespace = hikube_tenant.staging.status_namespace
}
