terraform import hikube_mongodb_user.app tenant-acme/shop/app
