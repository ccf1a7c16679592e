import {
  to = hikube_backup.web
  id = "tenant-acme/web-before-upgrade"
}
