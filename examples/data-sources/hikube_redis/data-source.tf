data "hikube_redis" "cache" {
  name = "cache"
}

output "redis_host" {
  value = data.hikube_redis.cache.host
}
