resource "hikube_rabbitmq" "jobs" {
  name             = "jobs"
  resources_preset = "small"
  size             = "20Gi"
  version          = "v4.1"

  users = {
    # The platform generates passwords.
    worker = {}
    viewer = {}
  }

  vhosts = {
    mails = {
      roles = {
        admin    = ["worker"]
        readonly = ["viewer"]
      }
    }
  }
}
