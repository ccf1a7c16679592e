# The workloads of the cluster.

locals {
  access = ephemeral.hikube_kubernetes_credentials.main
}

provider "kubernetes" {
  host                   = local.access.host
  cluster_ca_certificate = local.access.cluster_ca_certificate
  client_certificate     = local.access.client_certificate
  client_key             = local.access.client_key
}

provider "helm" {
  kubernetes = {
    host                   = local.access.host
    cluster_ca_certificate = local.access.cluster_ca_certificate
    client_certificate     = local.access.client_certificate
    client_key             = local.access.client_key
  }
}

resource "kubernetes_namespace" "shop" {
  metadata {
    name = "shop"
  }
}

resource "helm_release" "shop" {
  name      = "shop"
  namespace = kubernetes_namespace.shop.metadata[0].name

  # Your chart, in the directory `chart` of this module.
  chart = "${path.module}/chart"
}
