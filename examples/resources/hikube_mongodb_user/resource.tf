resource "hikube_mongodb" "shop" {
  name = "shop"
}

resource "hikube_mongodb_database" "orders" {
  mongodb_id = hikube_mongodb.shop.id
  name       = "orders"
  roles = {
    admin = ["app"]
  }
}

# The platform requires a role for each user, so the database with the role comes first.
resource "hikube_mongodb_user" "app" {
  depends_on = [hikube_mongodb_database.orders]

  mongodb_id          = hikube_mongodb.shop.id
  name                = "app"
  password_wo         = var.app_password
  password_wo_version = 1
}

variable "app_password" {
  type      = string
  sensitive = true
  ephemeral = true
}
