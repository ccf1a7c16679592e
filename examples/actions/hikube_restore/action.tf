variable "backup" {
  description = "Name of the backup to restore."
  type        = string
}

# To restore: terraform apply -invoke=action.hikube_restore.main -var backup=NAME
action "hikube_restore" "main" {
  config {
    namespace = "tenant-acme"

    backup = {
      name = var.backup
    }
  }
}
