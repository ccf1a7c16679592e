variable "app_password" {
  description = "Password of the user `app`."
  type        = string
  sensitive   = true
}

resource "hikube_opensearch" "logs" {
  name          = "logs"
  size          = "50Gi"
  storage_class = "local"
  version       = "v3"

  resources = {
    cpu    = "2"
    memory = "4Gi"
  }

  users = {
    app = {
      password = var.app_password
      roles    = ["readall"]
    }
  }

  dashboards = {
    enabled = true
  }
}
