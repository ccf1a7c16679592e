import {
  to = hikube_opensearch.logs
  id = "tenant-acme/logs"
}
