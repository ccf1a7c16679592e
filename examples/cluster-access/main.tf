# A Kubernetes cluster, and what runs in it, in one configuration. Neither the plan nor the state
# holds a credential of the cluster: the other providers are given it each time anew.

terraform {
  required_version = ">= 1.10"

  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
    kubernetes = {
      source = "hashicorp/kubernetes"
    }
    helm = {
      source  = "hashicorp/helm"
      version = ">= 3.0"
    }
  }
}

resource "hikube_kubernetes" "main" {
  name = "access"

  node_groups = {
    workers = {
      min_replicas  = 1
      max_replicas  = 3
      instance_type = "u1.medium"
    }
  }

  # Who reads the state reads no credential.
  store_credentials = false
}

# By the id: it is not known before the cluster is made, and its apply has waited for it, so that it is
# asked for only then. Where that took too long, Terraform ends with `No Credentials Yet`: run it again
# once the cluster is ready, and give `timeouts` more.
ephemeral "hikube_kubernetes_credentials" "main" {
  id = hikube_kubernetes.main.id
}
