# All objects in the provider's namespace.
list "hikube_restore" "all" {
  provider = hikube
}

# Those of all tenants with a matching name, with all attributes.
list "hikube_restore" "matching" {
  provider         = hikube
  include_resource = true
  limit            = 1000

  config {
    namespace    = "*"
    name_pattern = "shop-*"
  }
}
