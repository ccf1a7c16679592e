resource "hikube_tenant" "acme" {
  name      = "acme"
  seaweedfs = true
}

resource "hikube_seaweedfs" "acme" {
  namespace = hikube_tenant.acme.status_namespace

  volume = {
    replicas = 3
    size     = "200Gi"
  }

  filer = {
    resources_preset = "medium"
  }
}
