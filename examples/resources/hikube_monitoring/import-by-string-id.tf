import {
  to = hikube_monitoring.acme
  id = "tenant-acme/monitoring"
}
