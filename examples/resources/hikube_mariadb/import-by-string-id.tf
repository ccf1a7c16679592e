import {
  to = hikube_mariadb.shop
  id = "tenant-acme/shop"
}
