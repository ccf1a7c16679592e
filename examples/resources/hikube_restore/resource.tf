resource "hikube_vm_disk" "web" {
  name    = "web"
  storage = "40Gi"
}

resource "hikube_backup" "web" {
  name         = "web-before-upgrade"
  backup_class = "daily"

  application = {
    kind = "VMDisk"
    name = hikube_vm_disk.web.name
  }
}

# Restores the disk in place. Write the name of the backup down, or refer to a
# hikube_backup: a reference to the newest backup of the data source
# hikube_backups would restore again whenever there is a newer one.
resource "hikube_restore" "web" {
  name = "web-rollback"

  backup = {
    name = hikube_backup.web.backup_name
  }
}
