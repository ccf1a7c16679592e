//! The proxy to the API.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;

use super::environment::Environment;
use super::settings_error::SettingsError;
use crate::redaction::keep_secret;

/// A proxy. It is displayed without its password.
#[derive(Clone)]
pub(super) struct Proxy {
    /// Its address, without user and password.
    pub(super) url: Uri,
    login: Option<(String, String)>,
    /// The setting that names it.
    from: String,
    /// Whether to connect without it if it fails. See [`of_environment`].
    pub(super) is_optional: bool,
}

/// A failure to connect through a proxy.
#[derive(Debug, thiserror::Error)]
#[error("{proxy}: {cause}")]
pub(crate) struct ProxyError {
    pub(crate) proxy: String,
    pub(crate) cause: String,
}

impl Proxy {
    /// Parses the address of a proxy. The default scheme is `http`.
    ///
    /// # Errors
    /// A sentence that does not quote the address: it may contain a password.
    pub(super) fn parse(text: &str, from: &str) -> Result<Proxy, String> {
        let text = text.trim();
        let whole = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        Proxy::of(&whole, from).ok_or_else(|| {
            format!(
                "The proxy in {from} must be an address such as `http://proxy.example.org:3128`, with `http`, \
                 `https` or `socks5`, and a port from 1 to 65535."
            )
        })
    }

    fn of(text: &str, from: &str) -> Option<Proxy> {
        let url: Uri = text.parse().ok()?;
        let scheme = match url.scheme_str()? {
            "socks5h" => "socks5",
            scheme @ ("http" | "https" | "socks5") => scheme,
            _ => return None,
        };
        let authority = url.authority()?;
        let (login, place) = match authority.as_str().rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, authority.as_str()),
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Into::into);
        let login = match login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
            Some((user, password)) => {
                let password: String = decoded(password)?;
                keep_secret(&password);
                Some((decoded(user)?, password))
            }
            None => None,
        };
        let host = authority.host();
        let port = match (authority.port_u16(), scheme) {
            (Some(0), _) => return None,
            (Some(port), _) => port,
            (None, _) if place.len() > host.len() => return None,
            (None, "https") => 443,
            (None, "socks5") => 1080,
            (None, _) => 80,
        };
        if host.is_empty() {
            return None;
        }
        let url = Uri::builder()
            .scheme(scheme)
            .authority(format!("{host}:{port}"))
            .path_and_query("/");
        Some(Proxy {
            url: url.build().ok()?,
            login,
            from: from.to_owned(),
            is_optional: false,
        })
    }

    pub(super) fn is_socks(&self) -> bool {
        self.url.scheme_str() == Some("socks5")
    }

    /// The user and the password, if there are any.
    pub(super) fn login(&self) -> Option<&(String, String)> {
        self.login.as_ref()
    }

    /// The login as a header.
    pub(super) fn basic(&self) -> Option<HeaderValue> {
        let (user, password) = self.login.as_ref()?;
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        HeaderValue::from_str(&format!("Basic {encoded}")).ok()
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.to_string();
        write!(f, "the proxy {} ({})", url.trim_end_matches('/'), self.from)
    }
}

/// The proxy for an API in the environment. As in Go, and so in kubectl, upper-case variables take precedence, and
/// `localhost` uses no proxy. Go does not use one for loopback addresses either; here it is optional for them.
///
/// # Errors
/// Where the variable is not the address of a proxy.
pub(super) fn of_environment(
    api: &Uri,
    environment: &Environment,
) -> Result<Option<Proxy>, SettingsError> {
    let first = |names: [&'static str; 2]| {
        let mut names = names.into_iter();
        names.find_map(|name| Some((name, environment.get(name)?)))
    };
    let named = if api.scheme_str() == Some("http") {
        first(["HTTP_PROXY", "http_proxy"])
    } else {
        first(["HTTPS_PROXY", "https_proxy"])
    };
    let Some((name, url)) = named else {
        return Ok(None);
    };
    let exempt = first(["NO_PROXY", "no_proxy"]).map_or("", |(_, exempt)| exempt);
    if api.host() == Some("localhost") || is_exempt(api, exempt) {
        return Ok(None);
    }
    let proxy = Proxy::parse(url, &format!("the variable `{name}`"));
    let mut proxy = proxy.map_err(|why| SettingsError::new("proxy_url", why))?;
    proxy.is_optional = api.host().is_some_and(is_this_machine);
    Ok(Some(proxy))
}

/// Whether a host is this machine.
pub(super) fn is_this_machine(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || ip.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a list such as `.example.org,10.0.0.0/8,api:6443` exempts an API. The library supports neither ports nor
/// `*` before a domain.
fn is_exempt(api: &Uri, list: &str) -> bool {
    let port = match (api.port_u16(), api.scheme_str()) {
        (Some(port), _) => port,
        (None, Some("http")) => 80,
        (None, _) => 443,
    };
    let entries = list.split(|c: char| c == ',' || c.is_whitespace());
    let entries = entries.filter_map(|entry| {
        let (host, of_port) = split_port(entry);
        (!host.is_empty() && of_port.is_none_or(|of_port| of_port == port)).then(|| {
            host.strip_prefix('*')
                .filter(|rest| rest.starts_with('.'))
                .unwrap_or(host)
        })
    });
    let entries: Vec<&str> = entries.collect();
    let any = "http://any.invalid";
    let matcher = Matcher::builder()
        .http(any)
        .https(any)
        .no(entries.join(","));
    matcher.build().intercept(api).is_none()
}

/// A host and its port, if it has one. An IPv6 address with a port is in brackets.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some(rest) = entry.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').unwrap_or((rest, ""));
        return (
            host,
            rest.strip_prefix(':').and_then(|port| port.parse().ok()),
        );
    }
    match entry.split_once(':') {
        Some((host, port)) if !port.contains(':') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(api: &str, variables: [(&str, &str); 2]) -> Option<String> {
        let environment = Environment::of(variables, None);
        let proxy = of_environment(&api.parse().unwrap(), &environment).unwrap();
        proxy.map(|proxy| proxy.url.to_string())
    }

    #[test]
    fn the_variable_of_the_proxy_depends_on_the_scheme_of_the_api() {
        let https = ("HTTPS_PROXY", "http://secure:1");
        let http = ("http_proxy", "plain:2");
        assert_eq!(
            chosen("https://a", [https, http]).unwrap(),
            "http://secure:1/"
        );
        assert_eq!(
            chosen("http://a", [https, http]).unwrap(),
            "http://plain:2/"
        );
        let small = ("https_proxy", "http://small:1");
        assert_eq!(
            chosen("https://a", [small, https]).unwrap(),
            "http://secure:1/"
        );
        assert_eq!(
            chosen("https://a", [small, http]).unwrap(),
            "http://small:1/"
        );
        assert_eq!(chosen("https://localhost:6443", [small, http]), None);
    }

    #[test]
    fn no_proxy_is_matched_with_the_host_of_the_api() {
        let through = |api: &str, list: &str| {
            chosen(api, [("HTTPS_PROXY", "http://proxy:1"), ("NO_PROXY", list)]).is_some()
        };
        for (api, list) in [
            ("https://10.0.0.7:6443", "10.0.0.0/8"),
            ("https://10.0.0.7:6443", "localhost, 10.0.0.7,"),
            ("https://10.0.0.7:6443", "10.0.0.7:6443"),
            ("https://10.0.0.7", "10.0.0.7:443"),
            ("https://[::1]:6443", "[::1]:6443"),
            ("https://[::1]:6443", "::1"),
            ("https://api.example.org", "example.org"),
            ("https://api.example.org", ".example.org"),
            ("https://api.example.org", "*.example.org"),
            ("https://API.example.org", "a.b api.EXAMPLE.org"),
            ("https://api.example.org", "*"),
        ] {
            assert!(!through(api, list), "{api} {list}");
        }
        for (api, list) in [
            ("https://10.0.0.7:6443", "proxy,10.0.*,svc_internal"),
            ("https://10.0.0.7:6443", "10.0.0.7:443"),
            ("https://api.example.org", "ample.org,other:x"),
            ("https://api.example.org", ","),
            ("https://api.example.org", ""),
        ] {
            assert!(through(api, list), "{api} {list}");
        }
    }

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        let proxy = Proxy::parse("me:s3cr%40t@proxy:3128", "x").unwrap();
        assert_eq!(proxy.to_string(), "the proxy http://proxy:3128 (x)");
        assert_eq!(proxy.login, Some(("me".to_owned(), "s3cr@t".to_owned())));
        let socks = Proxy::parse(" socks5h://[::1]\n", "x").unwrap();
        assert_eq!(socks.url.to_string(), "socks5://[::1]:1080/");
        for bad in [
            "",
            "http://",
            "me:s3cr@proxy:99999",
            "ftp://s3cr",
            "a b",
            "http://a:0",
            "http://a:",
        ] {
            let Err(why) = Proxy::parse(bad, "x") else {
                panic!("{bad}")
            };
            assert!(!why.contains("s3cr"), "{why}");
        }
    }
}
