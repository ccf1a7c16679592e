data "hikube_app" "workers" {
  kind = "ComputePlane"
  name = "workers"
}

output "node_groups" {
  value = keys(data.hikube_app.workers.spec.nodeGroups)
}
