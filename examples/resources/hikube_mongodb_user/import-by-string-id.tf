import {
  to = hikube_mongodb_user.app
  id = "tenant-acme/shop/app"
}
