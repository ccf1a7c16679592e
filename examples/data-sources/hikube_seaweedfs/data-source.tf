data "hikube_seaweedfs" "acme" {
  namespace = "tenant-acme"
}

output "storage_size" {
  value = data.hikube_seaweedfs.acme.volume.size
}
