# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_backup_plan.web tenant-acme/web-nightly
