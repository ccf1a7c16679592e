import {
  to = hikube_http_cache.assets
  id = "tenant-acme/assets"
}
