# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_nats.bus tenant-acme/bus
