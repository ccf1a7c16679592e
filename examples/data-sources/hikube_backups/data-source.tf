data "hikube_backups" "shop" {
  application = {
    kind = "Postgres"
    name = "shop"
  }
}

# The newest backup is the first.
output "newest_backup" {
  value = try(data.hikube_backups.shop.backups[0].name, null)
}
