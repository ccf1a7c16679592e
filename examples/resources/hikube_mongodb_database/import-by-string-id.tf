import {
  to = hikube_mongodb_database.orders
  id = "tenant-acme/shop/orders"
}
