terraform import hikube_mongodb_database.orders tenant-acme/shop/orders
