data "hikube_tcp_balancer" "web" {
  name = "web"
}

output "balancer_address" {
  value = data.hikube_tcp_balancer.web.external_host
}
