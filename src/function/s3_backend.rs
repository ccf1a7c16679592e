use http::Uri;

use super::declaration::{Arguments, Function, Parameter, Returns, WrongArgument, shown};
use crate::schema::pattern::whole;
use crate::schema::{Spec, ToValue};
use crate::value::{Type, Value};

pub(super) const FUNCTION: Function = Function {
    name: "s3_backend",
    summary: "Returns the settings of the `s3` backend for a bucket.",
    description: "The backend assumes Amazon S3 unless it is configured otherwise. The result has the settings for the object \
                  storage of Hikube; add `key`. Use it in the `config` of `terraform_remote_state`, or write it to a file \
                  for `terraform init -backend-config=FILE`: a `backend` block cannot call functions. Pass the access key as \
                  `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` in the environment.",
    parameters: &[
        Parameter {
            name: "endpoint",
            kind: Type::String,
            description: "URL of the S3 API: `endpoint` of a `hikube_bucket`.",
        },
        Parameter {
            name: "bucket",
            kind: Type::String,
            description: "Name of the bucket in S3: `bucket_name` of a `hikube_bucket`, which differs from its `name`.",
        },
    ],
    returns: Returns::object::<Backend>(),
    body,
};

#[derive(Spec, ToValue)]
struct Backend {
    /// Name of the bucket.
    bucket: String,
    /// Region, which the backend requires. The storage has no regions.
    region: String,
    /// URLs of services.
    endpoints: Endpoints,
    /// Always `true`: the name of the bucket is in the path of a URL, not in the host.
    use_path_style: bool,
    /// Always `true`: the access key is not validated with Amazon STS.
    skip_credentials_validation: bool,
    /// Always `true`: the region need not be one of Amazon.
    skip_region_validation: bool,
    /// Always `true`: the metadata service of Amazon EC2 is not used.
    skip_metadata_api_check: bool,
    /// Always `true`: the account ID is not requested from Amazon.
    skip_requesting_account_id: bool,
    /// Always `true`: uploads have no checksums that only some storages support.
    skip_s3_checksum: bool,
}

#[derive(Spec, ToValue)]
struct Endpoints {
    /// URL of the S3 API.
    s3: String,
}

fn body(arguments: &Arguments) -> Result<Value, WrongArgument> {
    let (endpoint, bucket) = (arguments.text(0), arguments.text(1));
    if let Some(problem) = problem_of_endpoint(endpoint) {
        return Err(WrongArgument::at(0, problem));
    }
    if !whole("[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]", bucket) {
        let problem = format!(
            "must be the name of a bucket: 3 to 63 lowercase letters, digits, dashes and dots, with a letter or digit at both \
             ends, got {}",
            shown(bucket)
        );
        return Err(WrongArgument::at(1, problem));
    }
    let backend = Backend {
        bucket: bucket.to_owned(),
        region: "us-east-1".to_owned(),
        endpoints: Endpoints {
            s3: endpoint.trim_end_matches('/').to_owned(),
        },
        use_path_style: true,
        skip_credentials_validation: true,
        skip_region_validation: true,
        skip_metadata_api_check: true,
        skip_requesting_account_id: true,
        skip_s3_checksum: true,
    };
    Ok(backend.to_value())
}

/// A URL is quoted only if it cannot contain a password.
fn problem_of_endpoint(endpoint: &str) -> Option<String> {
    if endpoint.contains('@') {
        return Some("must be a URL without a user and password".to_owned());
    }
    let url: Option<Uri> = endpoint.parse().ok();
    let is_absolute = url
        .as_ref()
        .is_some_and(|url| matches!(url.scheme_str(), Some("https" | "http")));
    if !is_absolute {
        return Some(format!(
            "must be a URL such as `https://s3.example.org`, got {}",
            shown(endpoint)
        ));
    }
    let path = url.as_ref().and_then(Uri::path_and_query);
    let has_path = path.is_some_and(|path| path.as_str() != "/");
    has_path.then(|| {
        format!(
            "must be a URL without a path, such as `https://s3.example.org`, got {}: the bucket is an argument of its own",
            shown(endpoint)
        )
    })
}
