variable "reader_password" {
  description = "Password of the user `reader`."
  type        = string
  sensitive   = true
}

resource "hikube_clickhouse" "events" {
  name             = "events"
  shards           = 2
  resources_preset = "large"
  size             = "50Gi"
  log_storage_size = "5Gi"
  log_ttl          = 30

  users = {
    # The platform generates a password.
    app = {}
    reader = {
      password = var.reader_password
      readonly = true
    }
  }

  clickhouse_keeper = {
    resources_preset = "small"
    size             = "2Gi"
  }
}
