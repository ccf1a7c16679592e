import {
  to = hikube_rabbitmq.jobs
  id = "tenant-acme/jobs"
}
