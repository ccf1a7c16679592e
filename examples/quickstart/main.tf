# What `make demo` applies: a bucket, a database and a machine with its disk.
# Where the API is comes from the environment: KUBECONFIG, or one of the HIKUBE_ variables.

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
  description = "The namespace of the tenant that everything is made in."
  type        = string
  default     = "tenant-demo"
}

variable "postgres_replicas" {
  description = "How many servers hold the database. Null leaves it to the platform."
  type        = number
  default     = null
}

variable "postgres_size" {
  description = "The size of the volume of each of them. It can grow and never shrink."
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
  description = "What is usable by now."
  value = {
    bucket   = hikube_bucket.media.ready
    postgres = hikube_postgres.shop.ready
    vm       = hikube_vm.web.ready
  }
}

output "postgres_id" {
  description = "Where the database is: its namespace and name, as an import takes it."
  value       = hikube_postgres.shop.id
}
