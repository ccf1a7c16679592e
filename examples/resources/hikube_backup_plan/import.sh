# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_backup_plan.shop tenant-acme/shop-nightly
