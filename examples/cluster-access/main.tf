# A Kubernetes cluster and its workloads in one configuration. The credentials of the cluster are neither
# in the plan nor in the state: an ephemeral resource passes them to the other providers.

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

  # Keep the credentials out of the state.
  store_credentials = false
}

# The id is unknown until the cluster is created and ready, so the credentials are read only then. If the
# wait timed out, Terraform fails because the credentials are not available yet: run it again when the
# cluster is ready, or increase `timeouts`.
ephemeral "hikube_kubernetes_credentials" "main" {
  id = hikube_kubernetes.main.id
}
