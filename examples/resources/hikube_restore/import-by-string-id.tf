import {
  to = hikube_restore.web
  id = "tenant-acme/web-rollback"
}
