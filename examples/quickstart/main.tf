# The configuration of `make demo`: a bucket, a database, and a virtual machine with its disk.
# The connection to the API is configured by environment variables, such as KUBECONFIG.

terraform {
  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
  }
}

provider "hikube" {
  namespace = var.namespace
}

variable "namespace" {
  description = "Namespace of the tenant."
  type        = string
  default     = "tenant-demo"
}

variable "postgres_replicas" {
  description = "Number of replicas. Null uses the platform's default."
  type        = number
  default     = null
}

variable "postgres_size" {
  description = "Size of each replica's volume. Can only grow."
  type        = string
  default     = "20Gi"
}

resource "hikube_bucket" "media" {
  name = "media"

  users = {
    app = {}
    cdn = {
      readonly = true
    }
  }
}

resource "hikube_postgres" "shop" {
  name     = "shop"
  replicas = var.postgres_replicas
  size     = var.postgres_size

  users = {
    app = {}
  }

  databases = {
    shop = {
      roles = {
        admin = ["app"]
      }
    }
  }
}

resource "hikube_vm_disk" "web" {
  name    = "web"
  storage = "20Gi"

  source = {
    image = {
      name = "ubuntu-2404"
    }
  }
}

resource "hikube_vm" "web" {
  name          = "web"
  instance_type = "s1.large"

  disks = [
    { name = hikube_vm_disk.web.name },
  ]

  external       = true
  external_ports = [22, 80, 443]

  cloud_init = <<-EOT
    #cloud-config
    packages:
      - nginx
  EOT
}

output "ready" {
  description = "Whether each object is ready."
  value = {
    bucket   = hikube_bucket.media.ready
    postgres = hikube_postgres.shop.ready
    vm       = hikube_vm.web.ready
  }
}

output "postgres_id" {
  description = "ID of the database, as used for an import."
  value       = hikube_postgres.shop.id
}
