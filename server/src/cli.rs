//! The command line: what there is to start, and the one place that speaks to whoever started it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use ledger::Process;
use simulator::{Faults, Simulator, SimulatorConfig};

use crate::config::{self, ConfigError, DatabaseArgs, GraphArgs, Secret, WebArgs};
use crate::supervise::Supervisor;
use crate::{logging, process};

/// TenantAtlas Operations: every operation that administrators run against Microsoft 365 tenants, in one place.
///
/// Each setting is a flag and an environment variable; flags win.
#[derive(Debug, Parser)]
#[command(name = "tenantatlas", version, propagate_version = true)]
struct Cli {
    /// What to log, such as info or tenantatlas=debug,sqlx=warn
    #[arg(long, env = "RUST_LOG", global = true, value_name = "FILTER", help_heading = "Logging")]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one process: web and worker
    ///
    /// With DATABASE_URL the database is migrated first. With --demo it is also filled with demo data, and a simulator takes
    /// the place of Microsoft Graph.
    Serve(ServeArgs),
    /// The web: pages, sign-in, server functions
    Web {
        #[command(flatten)]
        web: WebArgs,
        #[command(flatten)]
        role: WebRoleArgs,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// A worker: executes runs and repairs those of workers that are gone
    Worker {
        #[command(flatten)]
        graph: GraphArgs,
        #[command(flatten)]
        role: WorkerRoleArgs,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Brings the database to what this release needs; safe to repeat
    Migrate {
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// Demo data
    #[command(subcommand)]
    Demo(DemoCommand),
    /// A stand-in for Microsoft Graph, for demo and tests
    Simulator(SimulatorArgs),
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Loads demo data and starts a simulator; refuses anything but this machine and a private database
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    web: WebArgs,
    #[command(flatten)]
    graph: GraphArgs,
    #[command(flatten)]
    web_role: WebRoleArgs,
    #[command(flatten)]
    worker_role: WorkerRoleArgs,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, Args)]
struct WebRoleArgs {
    /// The database as the role tenantatlas_web
    #[arg(long, env = "WEB_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    web_database_url: Option<Secret>,
}

#[derive(Debug, Args)]
struct WorkerRoleArgs {
    /// The database as the role tenantatlas_worker
    #[arg(long, env = "WORKER_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    worker_database_url: Option<Secret>,
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Loads workspaces, tenants and people with a known password into an empty database; does nothing to another
    Seed {
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

#[derive(Debug, Args)]
struct SimulatorArgs {
    /// Where to listen; loopback only
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:4001")]
    addr: String,
    /// A folder of exported policies in the IntuneManagement layout, which every tenant gets
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
    /// How many policies to make up for each tenant
    #[arg(long, value_name = "N", default_value_t = 0)]
    policies: usize,
    /// How many groups to make up for each tenant
    #[arg(long, value_name = "N", default_value_t = 0)]
    groups: usize,
    /// What goes wrong, such as latency=80ms,throttle=0.05,deny=deviceCompliancePolicies
    #[arg(long, value_name = "FAULTS", default_value = "none")]
    faults: String,
}

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
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    runtime.block_on(run(cli.command))
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(args) => serve(args).await,
        Command::Web { web, role, database } => {
            let settings = web.settings()?;
            let url = database.of_role("WEB_DATABASE_URL", "tenantatlas_web", role.web_database_url.as_ref())?;
            let listener = process::listen("ADDR", settings.addr).await?;
            let addr = listener.local_addr()?;
            let ledger = process::connect("WEB_DATABASE_URL", &url, Process::Web).await?;
            let mut supervisor = Supervisor::new();
            supervisor.start("web", process::serve_web(listener, ledger, settings, supervisor.stop()));
            say(&format!("listening on http://{addr}"));
            supervisor.run().await
        }
        Command::Worker { graph, role, database } => {
            let graph = graph.settings()?;
            let url = database.of_role("WORKER_DATABASE_URL", "tenantatlas_worker", role.worker_database_url.as_ref())?;
            let ledger = process::connect("WORKER_DATABASE_URL", &url, Process::Worker).await?;
            let mut supervisor = Supervisor::new();
            supervisor.start("worker", process::work(ledger, graph, worker::Settings::default(), supervisor.stop()));
            say("working");
            supervisor.run().await
        }
        Command::Migrate { database } => {
            process::migrate(&owner(&database)?).await?;
            say("migrated");
            Ok(())
        }
        Command::Demo(DemoCommand::Seed { database }) => {
            let loaded = ledger::demo::seed(owner(&database)?.expose(), &process::clock()).await.context("DATABASE_URL")?;
            say(if loaded { "demo data loaded" } else { "the database is not empty; nothing was changed" });
            Ok(())
        }
        Command::Simulator(args) => simulate(args).await,
    }
}

/// The owner's URL, for what only the owner can do.
fn owner(database: &DatabaseArgs) -> Result<Secret, ConfigError> {
    config::database_url("DATABASE_URL", database.owner()?.as_ref().map(Secret::expose))
}

async fn serve(args: ServeArgs) -> Result<()> {
    let web = args.web.settings()?;
    if args.demo {
        config::refuse_unless_own(&web, &args.graph, &args.database)?;
    }
    let web_url = args.database.of_role("WEB_DATABASE_URL", "tenantatlas_web", args.web_role.web_database_url.as_ref())?;
    let worker_url =
        args.database.of_role("WORKER_DATABASE_URL", "tenantatlas_worker", args.worker_role.worker_database_url.as_ref())?;
    let listener = process::listen("ADDR", web.addr).await?;
    let addr = listener.local_addr()?;

    let mut supervisor = Supervisor::new();
    let mut settings = worker::Settings::default();
    let graph = if args.demo {
        // Whoever tries it out does not want to wait for runs when they press Ctrl-C.
        settings.drain = std::time::Duration::from_secs(5);
        demo_graph(&args.graph, &mut supervisor).await?
    } else {
        args.graph.settings()?
    };
    if let Some(owner) = args.database.owner()? {
        process::migrate(&owner).await?;
        if args.demo {
            ledger::demo::seed(owner.expose(), &process::clock()).await.context("demo data")?;
        }
    }
    let web_ledger = process::connect("WEB_DATABASE_URL", &web_url, Process::Web).await?;
    let worker_ledger = process::connect("WORKER_DATABASE_URL", &worker_url, Process::Worker).await?;
    supervisor.start("worker", process::work(worker_ledger, graph, settings, supervisor.stop()));
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
    supervisor.support("simulator", async move { Ok(simulator.serve(listener, std::future::pending()).await?) });
    Ok(process::demo_graph(url.clone(), url))
}

async fn simulate(args: SimulatorArgs) -> Result<()> {
    let addr = config::address("--addr", &args.addr)?;
    if !addr.ip().is_loopback() {
        return Err(ConfigError::new("--addr", "a loopback address such as 127.0.0.1:4001").into());
    }
    let faults: Faults = args.faults.parse().context("--faults")?;
    let SimulatorArgs { fixtures, policies, groups, .. } = args;
    let simulator =
        Simulator::new(SimulatorConfig { fixtures, policies, groups, faults, ..SimulatorConfig::default() }).context("--fixtures")?;
    let listener = process::listen("--addr", addr).await?;
    let addr = listener.local_addr()?;
    let mut supervisor = Supervisor::new();
    let stop = supervisor.stop();
    supervisor.start("simulator", async move { Ok(simulator.serve(listener, stop.cancelled_owned()).await?) });
    say(&format!("listening on http://{addr}"));
    supervisor.run().await
}

/// The line that people and scripts wait for.
#[expect(clippy::print_stdout, reason = "standard output is for this; everything else goes to the log")]
fn say(line: &str) {
    println!("{line}");
}

/// The line that says why there is nothing to wait for.
#[expect(clippy::print_stderr, reason = "the log may be filtered; this must be seen")]
fn say_failure(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
