import {
  to = hikube_vm_disk.web
  id = "tenant-acme/web"
}
