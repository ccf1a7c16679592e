# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_tcp_balancer.web tenant-acme/web
