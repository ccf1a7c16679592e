# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_vm_disk.web tenant-acme/web
