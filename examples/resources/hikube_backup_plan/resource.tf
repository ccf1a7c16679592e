resource "hikube_vm_disk" "web" {
  name    = "web"
  storage = "40Gi"
}

# Every day at 3:00.
resource "hikube_backup_plan" "web" {
  name         = "web-nightly"
  backup_class = "daily"

  application = {
    kind = "VMDisk"
    name = hikube_vm_disk.web.name
  }

  schedule = {
    cron = "0 3 * * *"
  }
}
