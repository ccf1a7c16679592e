resource "hikube_nats" "bus" {
  name             = "bus"
  replicas         = 3
  resources_preset = "small"
  storage_class    = "local"

  users = {
    # The platform generates a password.
    app = {}
  }

  jetstream = {
    size = "20Gi"
  }

  config = {
    merge = jsonencode({ max_payload = "4MB" })
  }
}
