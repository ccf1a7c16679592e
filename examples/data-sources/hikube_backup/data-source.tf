data "hikube_backup" "web" {
  name = "web-before-upgrade"
}

output "backup_taken_at" {
  value = data.hikube_backup.web.taken_at
}
