resource "hikube_postgres" "app" {
  name          = "terraform-postgres"
  size          = "20Gi"
  storage_class = "replicated"

  users = {
    admin = {
      password = var.postgres_password
    }
  }

  databases = {
    myapp = {
      roles = {
        admin = ["admin"]
      }
    }
  }
}
