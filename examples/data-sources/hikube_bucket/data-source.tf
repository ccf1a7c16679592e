data "hikube_bucket" "media" {
  name = "media"
}

output "bucket_users" {
  value = keys(data.hikube_bucket.media.users)
}
