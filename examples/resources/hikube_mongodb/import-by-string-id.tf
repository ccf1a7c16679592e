import {
  to = hikube_mongodb.shop
  id = "tenant-acme/shop"
}
