data "hikube_mariadb" "shop" {
  name = "shop"
}

# The version in use, even if it is not configured.
output "mariadb_version" {
  value = data.hikube_mariadb.shop.version
}
