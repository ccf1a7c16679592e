terraform import hikube_mariadb_database.orders tenant-acme/shop/orders
