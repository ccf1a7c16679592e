# What the manifests of the samples say. hashicorp/kubernetes cannot keep an entry without fields, so its
# manifests say `false` where those of kubectl say nothing.
variable "said" {
  type    = bool
  default = null
}

resource "hikube_postgres" "postgres" {
  name        = "sample"
  labels      = { team = "shop" }
  annotations = { "example.org/owner" = "ops@example.org" }
  replicas    = 2
  size        = "20Gi"
  version     = "v17"
  resources   = { cpu = 1, memory = "1Gi" }
  postgresql  = { parameters = { max_connections = 200 } }
  users = {
    app    = { password = "a secret of the sample" }
    report = { replication = var.said }
  }
  databases = {
    shop = {
      roles      = { admin = ["app"], readonly = ["report"] }
      extensions = ["pgcrypto"]
    }
  }
  backup = {
    enabled       = true
    schedule      = "0 0 3 * * *"
    s3_access_key = "a key of the sample"
    s3_secret_key = "a secret of the sample"
  }
}

resource "hikube_bucket" "bucket" {
  name = "sample"
  users = {
    app    = { readonly = var.said }
    report = { readonly = true }
  }
}

resource "hikube_tenant" "tenant" {
  name            = "sample"
  ingress         = true
  resource_quotas = { cpu = 4, memory = "8Gi" }
}

resource "hikube_vm" "vm" {
  name             = "sample"
  run_strategy     = "Halted"
  instance_type    = "u1.large"
  instance_profile = "ubuntu"
  disks            = [{ name = "root" }, { name = "data", bus = "scsi" }]
  external         = true
  external_ports   = [22, 443]
  ssh_keys         = ["ssh-ed25519 AAAA ops@example.org"]
  cloud_init       = "#cloud-config\npackage_update: true\n"
}

resource "hikube_kubernetes" "kubernetes" {
  name          = "sample"
  version       = "v1.34"
  control_plane = { replicas = 2 }
  node_groups = {
    general = {
      min_replicas  = 1
      max_replicas  = 5
      instance_type = "s1.large"
      disk_size     = "50Gi"
      roles         = ["ingress-nginx"]
    }
  }
  addons = {
    cert_manager = { enabled = true }
    ingress_nginx = {
      enabled         = true
      hosts           = ["shop.example.org"]
      values_override = jsonencode({ controller = { replicaCount = 2 } })
    }
  }
}
