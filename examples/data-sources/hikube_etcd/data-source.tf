data "hikube_etcd" "acme" {
  namespace = "tenant-acme"
}

output "etcd_size" {
  value = data.hikube_etcd.acme.size
}
