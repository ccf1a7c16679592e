import {
  to = hikube_vm.web
  id = "tenant-acme/web"
}
