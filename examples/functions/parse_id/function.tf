# tenant-acme
output "namespace" {
  value = provider::hikube::parse_id("tenant-acme/shop").namespace
}

# { namespace = "tenant-acme", name = "shop", kind = null, key = "orders" }
output "database" {
  value = provider::hikube::parse_id("tenant-acme/shop/orders")
}

# { namespace = "tenant-acme", name = "cache", kind = "Valkey", key = null }
output "app" {
  value = provider::hikube::parse_id("tenant-acme/Valkey/cache")
}
