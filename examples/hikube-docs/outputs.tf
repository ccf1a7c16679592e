output "ready" {
  description = "Whether each object is ready."
  value = {
    kubernetes = hikube_kubernetes.main.ready
    vm         = hikube_vm.app.ready
    vm_gpu     = hikube_vm.gpu.ready
    postgres   = hikube_postgres.app.ready
  }
}

output "cluster_kubeconfig_command" {
  description = "Command that prints the kubeconfig of the cluster."
  value = join(" ", [
    "kubectl", "--namespace", hikube_kubernetes.main.namespace,
    "get", "secret", "kubernetes-${hikube_kubernetes.main.name}-admin-kubeconfig",
    "--output", "go-template='{{index .data \"super-admin.conf\" | base64decode}}'",
  ])
}
