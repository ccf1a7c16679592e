# All objects in the provider's namespace.
list "hikube_vm_disk" "all" {
  provider = hikube
}

# Those of all tenants with a matching name, with all attributes.
list "hikube_vm_disk" "matching" {
  provider         = hikube
  include_resource = true
  limit            = 1000

  config {
    namespace    = "*"
    name_pattern = "shop-*"
  }
}
