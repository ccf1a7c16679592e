import {
  to = hikube_redis.cache
  id = "tenant-acme/cache"
}
