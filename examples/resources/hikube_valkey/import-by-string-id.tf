import {
  to = hikube_valkey.cache
  id = "tenant-acme/cache"
}
