import {
  to = hikube_seaweedfs.acme
  id = "tenant-acme/seaweedfs"
}
