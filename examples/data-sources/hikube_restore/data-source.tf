data "hikube_restore" "web" {
  name = "web-rollback"
}

output "restore_phase" {
  value = data.hikube_restore.web.phase
}
