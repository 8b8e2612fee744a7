//! What each statement of the hub takes in the database: planning and execution as `EXPLAIN (ANALYZE)` says, in the web's role,
//! row-level security on, data in cache.

use std::sync::Arc;

use anyhow::{Context, Result};
use demo::bench::{ENTITLED, OWNER};
use domain::cursor::RunKey;
use domain::filter::{RunFilter, Tab};
use domain::id::RunId;
use ledger::access::{self, Access};
use ledger::clock::{Clock, SystemClock};
use ledger::explain::{Statement, explain};
use ledger::hub::SaturatedCountCache;
use ledger::hub::list::{self, Side};
use ledger::sessions::{self, SignIn};
use ledger::{Connect, DatabaseRole, Ledger};

use crate::say;
use crate::stats::Stats;

const ROUNDS: usize = 100;

/// A statement's name and its times in milliseconds.
pub(crate) struct Measured {
    name: String,
    stats: Stats,
    pages: u64,
}

/// The ledger as the web sees it, and what the two people of the benchmark are there.
pub(crate) struct Place {
    pub(crate) ledger: Ledger,
    saturated: SaturatedCountCache,
    pub(crate) everything: Access,
    entitled: Access,
}

pub(crate) async fn place(url: &str) -> Result<Place> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ledger = Ledger::connect(Connect {
        url,
        role: DatabaseRole::Web,
        max_connections: 2,
        clock,
    })
    .await?;
    let everything = access_of(&ledger, OWNER).await?;
    let entitled = access_of(&ledger, ENTITLED).await?;
    Ok(Place {
        ledger,
        saturated: SaturatedCountCache::default(),
        everything,
        entitled,
    })
}

async fn access_of(ledger: &Ledger, email: &str) -> Result<Access> {
    let attempt = SignIn {
        email,
        password: ledger::password::Password::new(demo::PASSWORD),
        address: std::net::Ipv4Addr::LOCALHOST.into(),
    };
    let user = sessions::sign_in(ledger, attempt)
        .await?
        .map_err(|refusal| anyhow::anyhow!("{email}: {refusal:?}"))?
        .user;
    let workspaces = ledger::people::workspaces_of(ledger, user).await?;
    let workspace = workspaces.first().context("the account is in no workspace")?;
    let member = access::for_workspace(ledger, user, workspace.id)
        .await?
        .context("the account is not a member")?;
    Ok(member.operations())
}

pub(crate) async fn measure(url: &str) -> Result<Vec<Measured>> {
    let place = place(url).await?;
    let mut measured = Vec::new();
    let plain = RunFilter::default();
    let first = list::page(&place.ledger, &place.saturated, &place.everything, &plain, None).await?;
    let (deep, visible) = fifty_pages_down(&place).await?;
    let newest = first.rows.first().context("there are no runs")?;
    let newest = RunKey {
        at: newest.created_at.timestamp_micros(),
        id: newest.id,
    };
    let newest = Side::Before(newest.into());
    for (name, statement) in [
        ("first page", Statement::Rows(None)),
        ("first page with what stands above it", Statement::FirstPage),
        ("all tabs counted at once", Statement::Counts),
        ("page 50 deep", Statement::Rows(Some(deep))),
        ("old active runs above the list", Statement::Pinned),
        ("poll: 50 visible rows", Statement::Visible(&visible)),
        ("poll: how many are newer", Statement::Newer(newest)),
        ("overview: runs per day", Statement::Days),
        ("overview: causes", Statement::Causes),
    ] {
        measured.push(one(&place.ledger, &place.everything, name.to_owned(), &plain, statement).await?);
    }
    for tab in Tab::ALL {
        let name = format!("tab {}: count", tab.label());
        measured.push(one(&place.ledger, &place.everything, name, &plain, Statement::Count(tab)).await?);
    }
    let tenant = first
        .rows
        .iter()
        .find_map(|row| row.tenant.as_ref())
        .context("no tenant")?
        .id;
    let filters = [
        "tab=active".to_owned(),
        "tab=succeeded".to_owned(),
        "tab=partial".to_owned(),
        "tab=failed".to_owned(),
        format!("tenant={tenant}"),
        format!("tenant=!{tenant}"),
        "type=inventory.sync".to_owned(),
        "type=restore.execute".to_owned(),
        "type=restore.execute,backup_set.export".to_owned(),
        "status=failed,blocked".to_owned(),
        "origin=import".to_owned(),
        "origin=!schedule".to_owned(),
        "initiator=me".to_owned(),
        "from=60d&to=50d".to_owned(),
        "q=tenant".to_owned(),
        "q=tenant 10".to_owned(),
        "q=no such target".to_owned(),
        format!("q={}", &visible[0].to_string()[..13]),
        format!("tenant={tenant}&type=restore.execute&status=failed"),
    ];
    for query in &filters {
        let filter = RunFilter::parse(query.split('&').filter_map(|pair| pair.split_once('=')));
        let shown = query.replace(&tenant.to_string(), "…");
        measured.push(
            one(
                &place.ledger,
                &place.everything,
                format!("`{shown}`"),
                &filter,
                Statement::Rows(None),
            )
            .await?,
        );
        let count = Statement::Count(filter.tab);
        measured.push(
            one(
                &place.ledger,
                &place.everything,
                format!("`{shown}`: count"),
                &filter,
                count,
            )
            .await?,
        );
    }
    measured.push(
        one(
            &place.ledger,
            &place.entitled,
            "first page, entitled to one tenant".to_owned(),
            &plain,
            Statement::Rows(None),
        )
        .await?,
    );
    place.ledger.close().await;
    Ok(measured)
}

async fn fifty_pages_down(place: &Place) -> Result<(Side, Vec<RunId>)> {
    let filter = RunFilter::default();
    let mut side = None;
    let mut visible = Vec::new();
    for _ in 0..50 {
        let page = list::page(&place.ledger, &place.saturated, &place.everything, &filter, side).await?;
        let Some(older) = page.older else { break };
        visible = page.rows.iter().map(|row| row.id).collect();
        side = Some(Side::After(older.parse()?));
    }
    Ok((side.context("there is one page only")?, visible))
}

async fn one(
    ledger: &Ledger,
    access: &Access,
    name: String,
    filter: &RunFilter,
    statement: Statement<'_>,
) -> Result<Measured> {
    let mut times = Vec::new();
    let mut pages = 0;
    // The first reads what is not in the cache yet.
    for round in 0..=ROUNDS {
        let plan = explain(ledger, access, filter, statement).await?;
        if round > 0 {
            times.push(plan.milliseconds());
            pages = plan.buffers();
        }
    }
    Ok(Measured {
        name,
        stats: Stats::of(times),
        pages,
    })
}

pub(crate) fn report(large: &[Measured], small: &[Measured]) {
    say("\n## In the database, milliseconds\n");
    say("| statement | 10 M: p50 / p95 / p99 | pages | 100 k: p50 / p95 / p99 | ratio of p50 |");
    say("| --- | --- | --- | --- | --- |");
    for (large, small) in large.iter().zip(small) {
        say(&format!(
            "| {} | {} | {} | {} | {:.2} |",
            large.name,
            large.stats.line(),
            large.pages,
            small.stats.line(),
            large.stats.at(0.5) / small.stats.at(0.5)
        ));
    }
}
