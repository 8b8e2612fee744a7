//! The commands, their flags and their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{DatabaseArgs, GraphArgs, Secret, WebArgs, WorkerArgs};

/// TenantAtlas Operations: every operation that administrators run against Microsoft 365 tenants, in one place.
///
/// Each setting is a flag and an environment variable; flags win.
#[derive(Debug, Parser)]
#[command(name = "tenantatlas", version, propagate_version = true)]
pub(crate) struct Cli {
    /// What to log, such as info or tenantatlas=debug,sqlx=warn
    #[arg(
        long,
        env = "RUST_LOG",
        global = true,
        value_name = "FILTER",
        help_heading = "Logging"
    )]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Everything in one process: web, worker and scheduler
    ///
    /// With `DATABASE_URL` the database is migrated first. With `--demo` it is also filled with demo data, and a simulator takes
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
        worker: WorkerArgs,
        #[command(flatten)]
        graph: GraphArgs,
        #[command(flatten)]
        role: WorkerRoleArgs,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// The scheduler: starts runs when their schedules say; any number of them may run
    Scheduler {
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
    /// People's accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Demo data
    #[command(subcommand)]
    Demo(DemoCommand),
    /// Made-up runs by the million, to measure with
    #[command(subcommand)]
    Bench(BenchCommand),
    /// A stand-in for Microsoft Graph, for demo and tests
    Simulator(SimulatorArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Loads demo data and starts a simulator; refuses anything but this machine and a private database
    #[arg(long)]
    pub(crate) demo: bool,
    #[command(flatten)]
    pub(crate) web: WebArgs,
    #[command(flatten)]
    pub(crate) worker: WorkerArgs,
    #[command(flatten)]
    pub(crate) graph: GraphArgs,
    #[command(flatten)]
    pub(crate) web_role: WebRoleArgs,
    #[command(flatten)]
    pub(crate) worker_role: WorkerRoleArgs,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub(crate) struct WebRoleArgs {
    /// The database as the role `tenantatlas_web`
    #[arg(long, env = "WEB_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) web_database_url: Option<Secret>,
}

#[derive(Debug, Args)]
pub(crate) struct WorkerRoleArgs {
    /// The database as the role `tenantatlas_worker`
    #[arg(long, env = "WORKER_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) worker_database_url: Option<Secret>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Forgets a person for good: name and address in every record, the account, its sessions
    ///
    /// Runs, timelines and audit entries stay and say "A former user". Each workspace that has something of the person gets an audit
    /// entry, which holds an id and no name. Backups of the database are not reached.
    Erase {
        /// The address that the person signs in with
        #[arg(value_name = "EMAIL")]
        email: String,
        /// Do it; without this nothing is changed
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DemoCommand {
    /// Loads workspaces, tenants and people with a known password into an empty database; does nothing to another
    Seed {
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Fills an empty database with skewed runs of 90 days; does nothing to another
    ///
    /// Ten million runs take about ten minutes and twelve gigabytes. The account owner@bench.example sees the largest workspace,
    /// entitled@bench.example one of its tenants; both with the demo's password.
    Seed {
        /// How many runs
        #[arg(long, value_name = "N", default_value_t = 10_000_000)]
        runs: u32,
        /// How many tenants; a tenth as many workspaces
        #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
        tenants: u32,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SimulatorArgs {
    /// Where to listen; loopback only
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:4001")]
    pub(crate) addr: String,
    /// A folder of exported policies in the IntuneManagement layout, which every tenant gets
    #[arg(long, value_name = "DIR")]
    pub(crate) fixtures: Option<PathBuf>,
    /// How many policies to make up for each tenant
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) policies: usize,
    /// How many groups to make up for each tenant
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) groups: usize,
    /// What goes wrong, such as latency=80ms,throttle=0.05,deny=deviceCompliancePolicies
    #[arg(long, value_name = "FAULTS", default_value = "none")]
    pub(crate) faults: String,
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
