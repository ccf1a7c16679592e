# A Secret of an application that has no resource in this provider.
ephemeral "hikube_secret" "cache" {
  namespace = "tenant-acme"
  name      = "redis-cache-auth"
}

resource "hikube_vm" "worker" {
  name = "worker"

  cloud_init_wo         = <<-EOT
    #cloud-config
    write_files:
      - path: /etc/worker/cache-password
        content: ${ephemeral.hikube_secret.cache.data["password"]}
  EOT
  cloud_init_wo_version = 1
}
