import {
  to = hikube_external_dns.records
  id = "tenant-acme/records"
}
