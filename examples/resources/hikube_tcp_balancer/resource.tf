resource "hikube_tcp_balancer" "web" {
  name             = "web"
  external         = true
  replicas         = 3
  resources_preset = "small"

  http_and_https = {
    mode      = "tcp-with-proxy"
    endpoints = ["10.0.0.10", "10.0.0.11"]

    target_ports = {
      http  = 8080
      https = 8443
    }
  }

  whitelist_http = true
  whitelist      = ["192.0.2.0/24"]
}
