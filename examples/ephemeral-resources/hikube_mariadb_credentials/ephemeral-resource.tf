resource "hikube_mariadb" "shop" {
  name = "shop"

  # Keep the passwords out of the state.
  store_credentials = false
}

ephemeral "hikube_mariadb_credentials" "shop" {
  id = hikube_mariadb.shop.id
}

# The provider petoju/mysql.
provider "mysql" {
  endpoint = "${ephemeral.hikube_mariadb_credentials.shop.host}:${ephemeral.hikube_mariadb_credentials.shop.port}"
  username = "root"
  password = ephemeral.hikube_mariadb_credentials.shop.credentials["root"].password
}
