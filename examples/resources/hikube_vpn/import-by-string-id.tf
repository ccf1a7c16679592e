import {
  to = hikube_vpn.office
  id = "tenant-acme/office"
}
