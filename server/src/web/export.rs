//! The hub's filtered list as a file, streamed: the same predicate and permissions as the list, and no more in memory than a batch.

mod cells;

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, Request, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::cursor::RunCursor;
use domain::filter::{HubQuery, RunFilter};
use domain::id::{SessionId, UserId};
use futures::stream::{self, Stream, StreamExt};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use ledger::access::{self, Access, Membership};
use ledger::hub::export::{self, Exported};
use ledger::sessions::{self, CurrentUser, SessionState};
use ledger::{Ledger, people};
use tokio::sync::mpsc;
use tracing::Instrument;
use url::Url;

use self::cells::Record;
use super::budget::Place;
use super::{Web, documents, request_id};
use crate::config::WebSettings;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// For spreadsheets: RFC 4180, UTF-8, cells that would be formulas neutralised.
    Csv,
    /// For programs: a JSON object a line.
    JsonLines,
}

/// Why a file breaks off. The reader sees an incomplete answer, never a short one that looks whole.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    #[error("access was lost while the export was read")]
    AccessLost,
    #[error("the session ended while the export was read")]
    SignedOut,
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// `GET /admin/operations/export.csv`
pub(crate) async fn csv(web: State<Web>, member: Extension<Membership>, query: RawQuery, request: Request) -> Response {
    file(Format::Csv, web, member, query, Asked::by(&request)).await
}

/// `GET /admin/operations/export.jsonl`
pub(crate) async fn jsonl(
    web: State<Web>,
    member: Extension<Membership>,
    query: RawQuery,
    request: Request,
) -> Response {
    file(Format::JsonLines, web, member, query, Asked::by(&request)).await
}

async fn file(
    format: Format,
    State(web): State<Web>,
    Extension(member): Extension<Membership>,
    RawQuery(query): RawQuery,
    asked: Asked,
) -> Response {
    // The gate lets nobody else through.
    let Some(user) = &asked.user else {
        return documents::not_found();
    };
    match begin(format, web, user, &member, &query.unwrap_or_default()).await {
        Ok(export) => answer(export, asked.place),
        Err(error) => documents::ledger_error(&asked.headers, request_id::of_headers(&asked.headers), &error),
    }
}

/// What of a request its answer needs.
struct Asked {
    headers: HeaderMap,
    user: Option<CurrentUser>,
    place: Option<Place>,
}

impl Asked {
    fn by(request: &Request) -> Self {
        let user = match request.extensions().get() {
            Some(SessionState::Active(user)) => Some(user.clone()),
            _ => None,
        };
        Self {
            headers: request.headers().clone(),
            user,
            place: request.extensions().get::<Place>().cloned(),
        }
    }
}

/// How far an export is.
struct Export {
    ledger: Ledger,
    user: UserId,
    session: SessionId,
    access: Access,
    filter: RunFilter,
    format: Format,
    /// Where the product is reached, for the addresses of runs.
    site: Arc<WebSettings>,
    now: DateTime<Utc>,
    next: Next,
}

enum Next {
    /// What was read already, so that a database that is away is an error and not an empty file.
    First(Vec<Exported>, Option<RunCursor>),
    After(RunCursor),
    End,
}

async fn begin(
    format: Format,
    Web { ledger, settings }: Web,
    user: &CurrentUser,
    member: &Membership,
    query: &str,
) -> ledger::Result<Export> {
    let access = member.operations();
    let mut tx = access.scope().begin(&ledger).await?;
    // A tenant of others is a value that nobody knows, with "not" as well: never everything instead (R11).
    let filter = people::mask_unknown_values(&mut tx, &access, &HubQuery::parse(query).filter).await?;
    drop(tx);
    let now = ledger.now();
    let (rows, cursor) = export::batch(&ledger, &access, &filter, None, now).await?;
    Ok(Export {
        user: user.user,
        session: user.session,
        next: Next::First(rows, cursor),
        ledger,
        access,
        filter,
        format,
        site: settings,
        now,
    })
}

fn answer(export: Export, place: Option<Place>) -> Response {
    let (kind, ending) = match export.format {
        Format::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        Format::JsonLines => ("application/jsonl; charset=utf-8", "jsonl"),
    };
    let name = format!(
        "attachment; filename=\"operations-{}.{ending}\"",
        export.now.date_naive()
    );
    let headers: [(HeaderName, String); 3] = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::OK, headers, Body::from_stream(chunks(export, place))).into_response()
}

/// A chunk for each batch. They are read in a task that keeps its place until what it asks the database has been answered: whoever
/// hangs up must not be able to have more of that than others.
fn chunks(mut export: Export, place: Option<Place>) -> impl Stream<Item = Result<Bytes, Broken>> {
    let (chunks, received) = mpsc::channel(1);
    tokio::spawn(
        async move {
            loop {
                let chunk = export.chunk().await.inspect_err(|error| {
                    tracing::warn!(%error, "an export broke off");
                });
                let Some(chunk) = chunk.transpose() else { break };
                let broken = chunk.is_err();
                if chunks.send(chunk).await.is_err() || broken {
                    break;
                }
            }
            drop(place);
        }
        .in_current_span(),
    );
    // Fused: what reads it asks once more after the end, which this kind of stream takes for a defect.
    stream::unfold(received, |mut received| async move {
        received.recv().await.map(|chunk| (chunk, received))
    })
    .fuse()
}

impl Export {
    async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        let (first, rows, cursor) = match std::mem::replace(&mut self.next, Next::End) {
            Next::End => return Ok(None),
            Next::First(rows, cursor) => (true, rows, cursor),
            Next::After(cursor) => {
                self.renew().await?;
                let (rows, cursor) =
                    export::batch(&self.ledger, &self.access, &self.filter, Some(cursor), self.now).await?;
                (false, rows, cursor)
            }
        };
        self.next = cursor.map_or(Next::End, Next::After);
        let text = match self.format {
            Format::Csv => cells::csv(&rows, &self.site.public_url, first)?,
            Format::JsonLines => json_lines(&rows, &self.site.public_url)?,
        };
        Ok(Some(text.into()))
    }

    /// Whoever loses access or signs out (everywhere, because somebody else sits there) while the file is read gets no more of it.
    async fn renew(&mut self) -> Result<(), Broken> {
        if !sessions::is_live(&self.ledger, self.session).await? {
            return Err(Broken::SignedOut);
        }
        let member = access::for_workspace(&self.ledger, self.user, self.access.workspace.id).await?;
        self.access = member.ok_or(Broken::AccessLost)?.operations();
        Ok(())
    }
}

fn json_lines(rows: &[Exported], site: &Url) -> Result<Vec<u8>, Broken> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, &Record::of(row, site))?;
        text.push(b'\n');
    }
    Ok(text)
}
