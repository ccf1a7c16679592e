# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_mongodb.shop tenant-acme/shop
