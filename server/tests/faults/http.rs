//! As much of HTTP as these tests need, over real connections.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (header, value) = line.split_once(':')?;
            header.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Somebody's browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) addr: SocketAddr,
    pub(crate) cookie: String,
}

impl Browser {
    /// One in which somebody of the demo is signed in.
    pub(crate) async fn signed_in(addr: SocketAddr, email: &str) -> Self {
        let nobody = Self {
            addr,
            cookie: String::new(),
        };
        let form = form(&[("email", email), ("password", "demo")]);
        let answer = nobody.ask("POST", "/sign-in", "text/html", &form).await.unwrap();
        assert_eq!(answer.status, 303, "{answer:?}");
        let cookie = answer
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        Self { addr, cookie }
    }

    pub(crate) async fn get(&self, path: &str) -> std::io::Result<Answer> {
        self.ask("GET", path, "text/html", "").await
    }

    /// HTTP/1.0, so that the answer comes in one piece.
    pub(crate) async fn ask(&self, method: &str, path: &str, accept: &str, body: &str) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(self.addr).await?;
        let request = format!(
            "{method} {path} HTTP/1.0\r\nhost: {}\r\naccept: {accept}\r\ncookie: {}\r\nsec-fetch-site: same-origin\r\n\
            content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.addr,
            self.cookie,
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
        Ok(Answer {
            status: head
                .split(' ')
                .nth(1)
                .and_then(|status| status.parse().ok())
                .unwrap_or(0),
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }
}

/// Encodes a form.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
