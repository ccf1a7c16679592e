terraform import hikube_bucket_user.ci tenant-acme/media/ci
