terraform import hikube_etcd.acme tenant-acme/etcd
