# All objects in the provider's namespace.
list "hikube_mongodb_user" "all" {
  provider = hikube
}

# Those of all tenants with a matching name, with all attributes.
list "hikube_mongodb_user" "matching" {
  provider         = hikube
  include_resource = true
  limit            = 1000

  config {
    namespace    = "*"
    name_pattern = "main/*"
  }
}
