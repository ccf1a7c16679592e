data "hikube_harbor" "images" {
  name = "images"
}

output "harbor_url" {
  value = data.hikube_harbor.images.url
}
