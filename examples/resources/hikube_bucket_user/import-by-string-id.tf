import {
  to = hikube_bucket_user.ci
  id = "tenant-acme/media/ci"
}
