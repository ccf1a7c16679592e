terraform import hikube_ingress.acme tenant-acme/ingress
