resource "hikube_bucket" "media" {
  name = "media"

  users = {
    app = {}
    cdn = {
      readonly = true
    }
  }
}
