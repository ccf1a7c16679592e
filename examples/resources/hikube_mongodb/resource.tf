variable "app_password" {
  description = "Password of the user `app`."
  type        = string
  sensitive   = true
}

resource "hikube_mongodb" "shop" {
  name             = "shop"
  resources_preset = "medium"
  size             = "20Gi"
  storage_class    = "local"
  version          = "v7"

  users = {
    app = {
      password = var.app_password
    }
  }

  databases = {
    shop = {
      roles = {
        admin = ["app"]
      }
    }
  }
}
