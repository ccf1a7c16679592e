resource "hikube_tenant" "acme" {
  name    = "acme"
  ingress = true
}

resource "hikube_ingress" "acme" {
  namespace        = hikube_tenant.acme.status_namespace
  replicas         = 3
  resources_preset = "small"
  whitelist        = ["192.0.2.0/24"]
}
