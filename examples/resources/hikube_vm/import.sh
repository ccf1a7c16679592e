# The namespace and the name. In the provider's namespace the name alone will do.
terraform import hikube_vm.web tenant-acme/web
