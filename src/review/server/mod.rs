//! The local web application: its door, and what it serves.
//!
//! It listens on 127.0.0.1 only. Pages and data are given to who knows the token that
//! the printed address holds; `Host` and `Origin` must be this server's own, so that no
//! other page in the same browser reaches it, whatever name leads here. Everything that
//! changes something is a POST. The pages load nothing but what this program carries.

mod assets;
mod decide;
mod images;
mod lists;
mod state;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use state::Review;

/// What a page may load: what comes from here, and images that scripts made of it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The largest request, in bytes: some thousand decisions.
const LARGEST_REQUEST: usize = 1 << 20;

/// The header that scripts put the token in.
const TOKEN: &str = "x-klartext-token";

/// A server that has its port and waits to be run.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    door: Arc<Door>,
    review: Arc<Review>,
}

/// Who is let in.
#[derive(Debug)]
struct Door {
    address: SocketAddr,
    token: String,
}

impl Server {
    /// Takes a port (a free one where 0) on this computer's own address.
    ///
    /// # Errors
    /// The port is taken, or the system gives no random token.
    pub fn bind(review: Review, port: u16) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let door = Arc::new(Door {
            address: listener.local_addr()?,
            token: random_token()?,
        });
        let review = Arc::new(review);
        Ok(Server {
            listener,
            door,
            review,
        })
    }

    /// The address to open, with its token.
    pub fn address(&self) -> String {
        format!("http://{}/?token={}", self.door.address, self.door.token)
    }

    /// Serves until the program is interrupted.
    ///
    /// # Errors
    /// The system takes the port away.
    pub fn run(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let interrupted = async {
                // Where signals cannot be heard, the process is ended by them anyway.
                let _ = tokio::signal::ctrl_c().await;
            };
            let app = router(self.review, self.door);
            tokio::select! {
                served = axum::serve(listener, app).into_future() => served,
                () = interrupted => Ok(()),
            }
        })
    }
}

fn router(review: Arc<Review>, door: Arc<Door>) -> Router {
    Router::new()
        .route("/", get(assets::page))
        .route("/{name}", get(assets::file))
        .route("/api/words", get(lists::words))
        .route("/api/overview", get(lists::overview))
        .route("/api/documents", get(lists::documents))
        .route("/api/document", get(lists::document))
        .route("/api/queue", get(lists::queue))
        .route("/api/decisions", get(lists::decisions))
        .route("/api/image", get(images::image))
        .route("/api/decide", post(decide::decide))
        .route("/api/undo", post(decide::undo))
        .route("/api/apply", post(decide::apply))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .layer(middleware::from_fn_with_state(door, guard))
        .with_state(review)
}

/// Lets in who may come in, and puts on every answer what browsers shall heed.
async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let mut response = match door.refuses(&request) {
        Some((status, message)) => (status, message).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Door {
    /// Why a request is turned away.
    fn refuses(&self, request: &Request<Body>) -> Option<(StatusCode, &'static str)> {
        let headers = request.headers();
        // Another name that leads here may be anybody's.
        let host = text_of(headers, header::HOST.as_str());
        if !host.is_some_and(|host| self.is_own_host(host)) {
            return Some((StatusCode::FORBIDDEN, "unknown host\n"));
        }
        let origin = text_of(headers, header::ORIGIN.as_str());
        let is_own = |origin: &str| {
            origin
                .strip_prefix("http://")
                .is_some_and(|host| self.is_own_host(host))
        };
        let is_foreign = match origin {
            Some(origin) => !is_own(origin),
            // Browsers name the origin of every POST.
            None => text_of(headers, "sec-fetch-site")
                .is_some_and(|site| request.method() != Method::GET && site != "same-origin"),
        };
        if is_foreign {
            return Some((StatusCode::FORBIDDEN, "unknown origin\n"));
        }
        let path = request.uri().path();
        let known = if path == "/" {
            let query = request.uri().query().unwrap_or_default();
            let given = query
                .split('&')
                .find_map(|part| part.strip_prefix("token="));
            given.is_some_and(|given| self.is_token(given))
        } else if path.starts_with("/api/") {
            text_of(headers, TOKEN).is_some_and(|given| self.is_token(given))
        } else {
            // Scripts and styles are the same for all and say nothing of the documents.
            request.method() == Method::GET
        };
        let message =
            "This page needs the whole address that `klartext review` printed, with its token.\n";
        (!known).then_some((StatusCode::FORBIDDEN, message))
    }

    fn is_own_host(&self, host: &str) -> bool {
        let port = self.address.port();
        host == format!("127.0.0.1:{port}") || host == format!("localhost:{port}")
    }

    /// Compares in a time that does not tell how much was right.
    fn is_token(&self, given: &str) -> bool {
        let (given, token) = (given.as_bytes(), self.token.as_bytes());
        let differ = given
            .iter()
            .zip(token)
            .fold(0, |differ, (a, b)| differ | (a ^ b));
        given.len() == token.len() && differ == 0
    }
}

fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// 256 bits that nobody can guess, in hexadecimal.
fn random_token() -> io::Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An answer that says what went wrong.
#[derive(Debug)]
struct Problem(StatusCode, String);

impl Problem {
    fn not_found(what: &str) -> Problem {
        Problem(StatusCode::NOT_FOUND, what.to_owned())
    }

    fn bad(what: &str) -> Problem {
        Problem(StatusCode::BAD_REQUEST, what.to_owned())
    }

    fn failed(error: impl std::fmt::Display) -> Problem {
        Problem(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Problem::failed(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({"error": self.1}).to_string();
        let json = HeaderValue::from_static("application/json");
        (self.0, [(header::CONTENT_TYPE, json)], body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> Door {
        Door {
            address: SocketAddr::from(([127, 0, 0, 1], 4711)),
            token: "ab".repeat(32),
        }
    }

    fn refused(method: &str, uri: &str, headers: &[(&str, &str)]) -> Option<StatusCode> {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        door().refuses(&request).map(|(status, _)| status)
    }

    #[test]
    fn only_who_knows_the_token_comes_in_and_only_from_here() {
        let token = "ab".repeat(32);
        let (page, host) = (format!("/?token={token}"), ("host", "127.0.0.1:4711"));
        let known = (TOKEN, &*token);
        let out = Some(StatusCode::FORBIDDEN);
        assert_eq!(refused("GET", &page, &[host]), None);
        assert_eq!(refused("GET", "/", &[host]), out);
        assert_eq!(refused("GET", "/?token=", &[host]), out);
        assert_eq!(refused("GET", &page[..page.len() - 1], &[host]), out);
        assert_eq!(refused("GET", &page, &[("host", "evil.example:4711")]), out);
        assert_eq!(refused("GET", &page, &[]), out);
        assert_eq!(refused("GET", "/api/overview", &[host]), out);
        assert_eq!(
            refused("GET", &format!("/api/overview?token={token}"), &[host]),
            out
        );
        assert_eq!(refused("GET", "/api/overview", &[host, known]), None);
        assert_eq!(refused("GET", "/app.js", &[host]), None);
        assert_eq!(refused("POST", "/app.js", &[host]), out);
        let own = ("origin", "http://127.0.0.1:4711");
        assert_eq!(refused("POST", "/api/decide", &[host, known, own]), None);
        for origin in [
            "http://evil.example",
            "null",
            "https://127.0.0.1:4711",
            "http://127.0.0.1:80",
        ] {
            let headers = [host, known, ("origin", origin)];
            assert_eq!(refused("POST", "/api/decide", &headers), out, "{origin}");
            assert_eq!(refused("GET", "/api/overview", &headers), out, "{origin}");
        }
        let cross = ("sec-fetch-site", "cross-site");
        assert_eq!(refused("POST", "/api/decide", &[host, known, cross]), out);
    }

    #[test]
    fn tokens_are_long_and_differ() {
        let (a, b) = (
            random_token().expect("random"),
            random_token().expect("random"),
        );
        assert_eq!(a.len(), 64);
        assert_ne!(a, b);
    }
}
