import {
  to = hikube_etcd.acme
  id = "tenant-acme/etcd"
}
