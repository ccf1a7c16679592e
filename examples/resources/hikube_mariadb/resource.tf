variable "app_password" {
  description = "Password of the user `app`."
  type        = string
  sensitive   = true
}

resource "hikube_mariadb" "shop" {
  name             = "shop"
  replicas         = 3
  resources_preset = "small"
  size             = "20Gi"
  version          = "v11.4"

  users = {
    app = {
      password             = var.app_password
      max_user_connections = 100
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
