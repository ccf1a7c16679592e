import {
  to = hikube_mariadb_user.app
  id = "tenant-acme/shop/app"
}
