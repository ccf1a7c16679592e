data "hikube_valkey" "cache" {
  name = "cache"
}

output "valkey_host" {
  value = data.hikube_valkey.cache.host
}
