# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_restore.web tenant-acme/web-rollback
