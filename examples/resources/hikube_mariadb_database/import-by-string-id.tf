import {
  to = hikube_mariadb_database.orders
  id = "tenant-acme/shop/orders"
}
