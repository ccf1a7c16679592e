import {
  to = hikube_bucket.media
  id = "tenant-acme/media"
}
