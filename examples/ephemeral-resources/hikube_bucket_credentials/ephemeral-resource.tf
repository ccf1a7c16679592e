resource "hikube_bucket" "assets" {
  name  = "assets"
  users = { deploy = {} }
}

ephemeral "hikube_bucket_credentials" "assets" {
  id = hikube_bucket.assets.id
}

provider "aws" {
  region     = ephemeral.hikube_bucket_credentials.assets.region
  access_key = ephemeral.hikube_bucket_credentials.assets.credentials["deploy"].access_key
  secret_key = ephemeral.hikube_bucket_credentials.assets.credentials["deploy"].secret_key

  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_requesting_account_id  = true

  endpoints {
    s3 = ephemeral.hikube_bucket_credentials.assets.endpoint
  }
}
