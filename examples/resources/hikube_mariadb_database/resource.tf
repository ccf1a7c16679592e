resource "hikube_mariadb" "shop" {
  name = "shop"
}

resource "hikube_mariadb_database" "orders" {
  mariadb_id = hikube_mariadb.shop.id
  name       = "orders"
  roles = {
    admin = [hikube_mariadb_user.app.name]
  }
}

resource "hikube_mariadb_user" "app" {
  mariadb_id           = hikube_mariadb.shop.id
  name                 = "app"
  password_wo          = var.app_password
  password_wo_version  = 1
  max_user_connections = 100
}

variable "app_password" {
  type      = string
  sensitive = true
  ephemeral = true
}
