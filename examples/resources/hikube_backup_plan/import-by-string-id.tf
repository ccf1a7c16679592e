import {
  to = hikube_backup_plan.web
  id = "tenant-acme/web-nightly"
}
