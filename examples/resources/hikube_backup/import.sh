# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_backup.web tenant-acme/web-before-upgrade
