import {
  to = hikube_backup_plan.shop
  id = "tenant-acme/shop-nightly"
}
