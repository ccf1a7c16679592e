data "hikube_mongodb" "shop" {
  name = "shop"
}

output "mongodb_version" {
  value = data.hikube_mongodb.shop.version
}
