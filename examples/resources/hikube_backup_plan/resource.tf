resource "hikube_postgres" "shop" {
  name = "shop"
}

# Every day at 3:00.
resource "hikube_backup_plan" "shop" {
  name         = "shop-nightly"
  backup_class = "daily"

  application = {
    kind = "Postgres"
    name = hikube_postgres.shop.name
  }

  schedule = {
    cron = "0 3 * * *"
  }
}
