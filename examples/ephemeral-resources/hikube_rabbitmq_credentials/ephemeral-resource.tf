resource "hikube_rabbitmq" "jobs" {
  name     = "jobs"
  external = true

  # Keep the passwords out of the state.
  store_credentials = false
}

ephemeral "hikube_rabbitmq_credentials" "jobs" {
  id = hikube_rabbitmq.jobs.id
}

# The provider cyrilgdn/rabbitmq.
provider "rabbitmq" {
  endpoint = "http://${ephemeral.hikube_rabbitmq_credentials.jobs.external_host}:${ephemeral.hikube_rabbitmq_credentials.jobs.management_port}"
  username = ephemeral.hikube_rabbitmq_credentials.jobs.admin_username
  password = ephemeral.hikube_rabbitmq_credentials.jobs.admin_password
}
