data "hikube_app" "workers" {
  kind = "ComputePlane"
  name = "computeplane"
}

output "node_groups" {
  value = keys(data.hikube_app.workers.spec.nodeGroups)
}
