import {
  to = hikube_tcp_balancer.web
  id = "tenant-acme/web"
}
