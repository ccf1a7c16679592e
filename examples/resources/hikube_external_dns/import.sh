# The namespace can be omitted if it is the namespace of the provider.
terraform import hikube_external_dns.records tenant-acme/records
