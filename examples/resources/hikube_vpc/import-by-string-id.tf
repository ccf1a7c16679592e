import {
  to = hikube_vpc.main
  id = "tenant-acme/main"
}
