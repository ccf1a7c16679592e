# Another user in `make demo`: imports the same database into another state and changes it.

terraform {
  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
  }
}

provider "hikube" {
  namespace = "tenant-demo"
}

import {
  to = hikube_postgres.shop
  id = "tenant-demo/shop"
}

resource "hikube_postgres" "shop" {
  name     = "shop"
  replicas = 5
  size     = "20Gi"
  external = true

  users = {
    app     = {}
    visitor = {}
  }

  databases = {
    shop = {
      roles = {
        admin = ["app"]
      }
    }
  }
}
