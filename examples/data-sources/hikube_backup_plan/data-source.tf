data "hikube_backup_plan" "web" {
  name = "web-nightly"
}

output "backup_schedule" {
  value = data.hikube_backup_plan.web.schedule.cron
}
