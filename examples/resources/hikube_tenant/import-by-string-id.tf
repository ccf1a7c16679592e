import {
  to = hikube_tenant.staging
  id = "tenant-acme/staging"
}
