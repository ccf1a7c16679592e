data "hikube_http_cache" "assets" {
  name = "assets"
}

output "cache_address" {
  value = data.hikube_http_cache.assets.external_host
}
