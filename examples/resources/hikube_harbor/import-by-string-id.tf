import {
  to = hikube_harbor.images
  id = "tenant-acme/images"
}
