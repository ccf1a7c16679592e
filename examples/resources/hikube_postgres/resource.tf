variable "app_password" {
  description = "Password of the user `app`."
  type        = string
  sensitive   = true
}

resource "hikube_postgres" "main" {
  name          = "main"
  replicas      = 3
  size          = "20Gi"
  storage_class = "replicated"
  version       = "v17"

  resources = {
    cpu    = "1"
    memory = "2Gi"
  }

  # A commit waits for the confirmation of one standby.
  quorum = {
    min_sync_replicas = 1
    max_sync_replicas = 1
  }

  users = {
    app = {
      password = var.app_password
    }
    # The platform generates a password.
    report = {}
  }

  databases = {
    shop = {
      extensions = ["pgcrypto"]
      roles = {
        admin    = ["app"]
        readonly = ["report"]
      }
    }
  }
}
