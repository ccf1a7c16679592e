variable "cloudflare_token" {
  description = "API token with the permissions Zone:Read and DNS:Edit."
  type        = string
  sensitive   = true
}

resource "hikube_external_dns" "records" {
  name           = "records"
  dns_provider   = "cloudflare"
  domain_filters = ["example.com"]
  policy         = "sync"

  cloudflare = {
    api_token = var.cloudflare_token
    proxied   = true
  }
}
