resource "hikube_tenant" "staging" {
  name = "staging"

  # The Kubernetes clusters of this tenant use its own etcd.
  etcd    = true
  ingress = true

  resource_quotas = {
    cpu     = "32"
    memory  = "128Gi"
    storage = "500Gi"
  }
}

# A bucket in the namespace of the tenant.
resource "hikube_bucket" "uploads" {
  name      = "uploads"
  namespace = hikube_tenant.staging.status_namespace
}
