terraform import hikube_mariadb_user.app tenant-acme/shop/app
