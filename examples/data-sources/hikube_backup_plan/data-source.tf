data "hikube_backup_plan" "shop" {
  name = "shop-nightly"
}

output "backup_schedule" {
  value = data.hikube_backup_plan.shop.schedule.cron
}
