data "hikube_rabbitmq" "jobs" {
  name = "jobs"
}

output "rabbitmq_vhosts" {
  value = keys(data.hikube_rabbitmq.jobs.vhosts)
}
