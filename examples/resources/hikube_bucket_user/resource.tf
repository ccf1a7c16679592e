resource "hikube_bucket" "media" {
  name = "media"
}

resource "hikube_bucket_user" "ci" {
  bucket_id = hikube_bucket.media.id
  name      = "ci"
  readonly  = true
}
