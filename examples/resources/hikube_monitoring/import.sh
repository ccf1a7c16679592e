terraform import hikube_monitoring.acme tenant-acme/monitoring
