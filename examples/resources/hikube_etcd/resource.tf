resource "hikube_tenant" "acme" {
  name = "acme"
  etcd = true
}

resource "hikube_etcd" "acme" {
  namespace = hikube_tenant.acme.status_namespace
  size      = "10Gi"

  resources = {
    cpu    = "2"
    memory = "2Gi"
  }
}
