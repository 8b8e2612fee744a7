//! The command line: what there is to start, and the one place that speaks to whoever started it.

mod args;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use ledger::Process;
use ledger::bench::Size;
use simulator::{Faults, Simulator, SimulatorConfig};

use crate::config::{self, ConfigError, DatabaseArgs, GraphArgs, Secret};
use crate::supervise::Supervisor;
use crate::{logging, process};
use args::{BenchCommand, Cli, Command, DemoCommand, ServeArgs, SimulatorArgs, UserCommand};

const NOT_EMPTY: &str = "the database is not empty; nothing was changed";

/// Runs the command line; a failure is one line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_failure(&format!("tenantatlas: {error:#}").replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli) -> Result<()> {
    logging::start(config::given(cli.log.as_ref()))?;
    // On one or two cores, rendering pages can wait for itself with fewer (leptos #4647).
    let threads = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()?;
    runtime.block_on(run(cli.command))
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(args) => serve(args).await,
        Command::Web { web, role, database } => {
            let settings = web.settings()?;
            let url = web_url(&database, role.web_database_url.as_ref())?;
            let listener = process::listen("ADDR", settings.addr).await?;
            let addr = listener.local_addr()?;
            let ledger = process::connect("WEB_DATABASE_URL", &url, Process::Web).await?;
            let mut supervisor = Supervisor::new()?;
            supervisor.start("web", process::serve_web(listener, ledger, settings, supervisor.stop()));
            say(&format!("listening on http://{addr}"));
            supervisor.run().await
        }
        Command::Worker {
            worker,
            graph,
            role,
            database,
        } => {
            let settings = worker.settings()?;
            let registry = worker.registry()?;
            let graph = graph.settings()?;
            let url = worker_url(&database, role.worker_database_url.as_ref())?;
            let ledger = process::connect("WORKER_DATABASE_URL", &url, Process::Worker).await?;
            let mut supervisor = Supervisor::new()?;
            supervisor.start(
                "worker",
                process::work(ledger, graph, settings, registry, supervisor.stop()),
            );
            say("working");
            supervisor.run().await
        }
        Command::Scheduler { role, database } => {
            let url = worker_url(&database, role.worker_database_url.as_ref())?;
            let ledger = process::connect("WORKER_DATABASE_URL", &url, Process::Worker).await?;
            let mut supervisor = Supervisor::new()?;
            let (registry, stop) = (worker::Registry::implemented(), supervisor.stop());
            supervisor.start(
                "scheduler",
                async move { process::schedule(ledger, &registry, stop).await },
            );
            say("scheduling");
            supervisor.run().await
        }
        Command::Migrate { database } => {
            process::migrate(&owner(&database)?).await?;
            say("migrated");
            Ok(())
        }
        Command::User(UserCommand::Erase { email, yes, database }) => erase(&email, yes, &owner(&database)?).await,
        Command::Demo(DemoCommand::Seed { database }) => {
            let loaded = ledger::demo::seed(owner(&database)?.expose(), &process::clock())
                .await
                .context("DATABASE_URL")?;
            say(if loaded { "demo data loaded" } else { NOT_EMPTY });
            Ok(())
        }
        Command::Bench(BenchCommand::Seed {
            runs,
            tenants,
            database,
        }) => {
            let size = Size { runs, tenants };
            let told = |there| say(&format!("{there} of {runs} runs"));
            let loaded = ledger::bench::prepare(owner(&database)?.expose(), &process::clock(), size, told)
                .await
                .context("DATABASE_URL")?;
            say(if loaded { "ready" } else { NOT_EMPTY });
            Ok(())
        }
        Command::Simulator(args) => simulate(args).await,
    }
}

/// Forgets a person, if whoever asks says that they mean it.
async fn erase(email: &str, yes: bool, owner: &Secret) -> Result<()> {
    if !yes {
        bail!(
            "--yes: expected, because this cannot be undone: name, address, account and sessions of {email}; nothing was changed"
        );
    }
    let erased = ledger::people::erase(owner.expose(), email, process::clock().now())
        .await
        .context("DATABASE_URL")?;
    let Some(erased) = erased else {
        bail!("nobody has the address {email}; nothing was changed");
    };
    say(&format!(
        "erased; {} sessions ended, on record in {} workspaces",
        erased.sessions, erased.workspaces
    ));
    for workspace in erased.without_owner {
        say(&format!("{workspace} has no owner any more"));
    }
    Ok(())
}

/// The owner's URL, for what only the owner can do.
fn owner(database: &DatabaseArgs) -> Result<Secret, ConfigError> {
    config::database_url("DATABASE_URL", database.owner()?.as_ref().map(Secret::expose))
}

fn web_url(database: &DatabaseArgs, own: Option<&Secret>) -> Result<Secret, ConfigError> {
    database.of_role("WEB_DATABASE_URL", "tenantatlas_web", own)
}

fn worker_url(database: &DatabaseArgs, own: Option<&Secret>) -> Result<Secret, ConfigError> {
    database.of_role("WORKER_DATABASE_URL", "tenantatlas_worker", own)
}

async fn serve(args: ServeArgs) -> Result<()> {
    let web = args.web.settings()?;
    if args.demo {
        config::refuse_unless_own(&web, &args.graph, &args.database)?;
    }
    let web_url = web_url(&args.database, args.web_role.web_database_url.as_ref())?;
    let worker_url = worker_url(&args.database, args.worker_role.worker_database_url.as_ref())?;
    let listener = process::listen("ADDR", web.addr).await?;
    let addr = listener.local_addr()?;

    let mut supervisor = Supervisor::new()?;
    let mut settings = args.worker.settings()?;
    let registry = args.worker.registry()?;
    let graph = if args.demo {
        // Whoever tries it out does not want to wait for runs when they press Ctrl-C.
        settings.drain = Duration::from_secs(5);
        demo_graph(&args.graph, &mut supervisor).await?
    } else {
        args.graph.settings()?
    };
    if let Some(owner) = args.database.owner()? {
        process::migrate(&owner).await?;
        if args.demo {
            ledger::demo::seed(owner.expose(), &process::clock())
                .await
                .context("demo data")?;
        }
    }
    let web_ledger = process::connect("WEB_DATABASE_URL", &web_url, Process::Web).await?;
    let worker_ledger = process::connect("WORKER_DATABASE_URL", &worker_url, Process::Worker).await?;
    let (ledger, of_scheduler, stop) = (worker_ledger.clone(), registry.clone(), supervisor.stop());
    supervisor.start("scheduler", async move {
        process::schedule(ledger, &of_scheduler, stop).await
    });
    supervisor.start(
        "worker",
        process::work(worker_ledger, graph, settings, registry, supervisor.stop()),
    );
    supervisor.start("web", process::serve_web(listener, web_ledger, web, supervisor.stop()));
    say(&format!("listening on http://{addr}"));
    supervisor.run().await
}

/// A simulator that is already there, or one of our own.
async fn demo_graph(args: &GraphArgs, supervisor: &mut Supervisor) -> Result<config::GraphSettings> {
    if config::given(args.graph_base_url.as_ref()).is_some() {
        let (base_url, login_url) = args.simulator()?;
        return Ok(process::demo_graph(base_url, login_url));
    }
    let listener = process::listen("the simulator", ([127, 0, 0, 1], 0).into()).await?;
    let url: url::Url = format!("http://{}", listener.local_addr()?).parse()?;
    let simulator = process::demo_simulator()?;
    supervisor.support("simulator", async move {
        Ok(simulator.serve(listener, std::future::pending()).await?)
    });
    Ok(process::demo_graph(url.clone(), url))
}

async fn simulate(args: SimulatorArgs) -> Result<()> {
    let addr = config::address("--addr", &args.addr)?;
    if !addr.ip().is_loopback() {
        return Err(ConfigError::new("--addr", "a loopback address such as 127.0.0.1:4001").into());
    }
    let faults: Faults = args.faults.parse().context("--faults")?;
    let SimulatorArgs {
        fixtures,
        policies,
        groups,
        ..
    } = args;
    let simulator = Simulator::new(SimulatorConfig {
        fixtures,
        policies,
        groups,
        faults,
        ..SimulatorConfig::default()
    })
    .context("--fixtures")?;
    let listener = process::listen("--addr", addr).await?;
    let addr = listener.local_addr()?;
    let mut supervisor = Supervisor::new()?;
    let stop = supervisor.stop();
    supervisor.start("simulator", async move {
        Ok(simulator.serve(listener, stop.cancelled_owned()).await?)
    });
    say(&format!("listening on http://{addr}"));
    supervisor.run().await
}

/// The line that people and scripts wait for.
#[expect(
    clippy::print_stdout,
    reason = "standard output is for this; everything else goes to the log"
)]
fn say(line: &str) {
    println!("{line}");
}

/// The line that says why there is nothing to wait for.
#[expect(clippy::print_stderr, reason = "the log may be filtered; this must be seen")]
fn say_failure(line: &str) {
    eprintln!("{line}");
}
