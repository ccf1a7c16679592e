variable "postgres_version" {
  description = "Version of PostgreSQL."
  type        = string
  default     = "v17"
}

action "hikube_backup" "main" {
  config {
    namespace    = "tenant-acme"
    backup_class = "daily"

    application = {
      kind = "Postgres"
      name = "main"
    }
  }
}

# Takes a backup before the version changes, and not before other changes.
resource "terraform_data" "version" {
  input = var.postgres_version

  lifecycle {
    action_trigger {
      events  = [before_update]
      actions = [action.hikube_backup.main]
    }
  }
}

resource "hikube_postgres" "main" {
  name      = "main"
  namespace = "tenant-acme"
  version   = var.postgres_version

  depends_on = [terraform_data.version]
}
