# All objects of a kind in the provider's namespace.
list "hikube_app" "all" {
  provider = hikube

  config {
    kind = "FerretDB"
  }
}

# Those of all tenants with a label, with all attributes.
list "hikube_app" "shop" {
  provider         = hikube
  include_resource = true

  config {
    kind           = "FerretDB"
    namespace      = "*"
    label_selector = "team=shop"
  }
}
