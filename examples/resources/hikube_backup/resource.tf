resource "hikube_vm_disk" "web" {
  name    = "web"
  storage = "40Gi"
}

# A stored backup keeps its name, so each new one needs another: change the name
# to take the next backup.
resource "hikube_backup" "web" {
  name         = "web-before-upgrade"
  backup_class = "daily"

  application = {
    kind = "VMDisk"
    name = hikube_vm_disk.web.name
  }
}

output "backup" {
  value = hikube_backup.web.backup_name
}
