//! What `twinix eval` accepts: the flags of `nix-instantiate`.

use std::path::PathBuf;

use clap::Args;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::syntax::Lint;

use super::{arguments::Arguments, numbers::seconds};

/// The options of `eval`: those of `nix-instantiate`, and `--dialect`.
///
/// Exit codes: 0 evaluated, 1 an evaluation error, 2 wrong usage or environment, 102 a
/// hash is not the expected one, 130 stopped by Ctrl-C.
#[derive(Args, Debug)]
#[command(
    args_override_self = true,
    after_help = "\
Examples:
  twinix eval -E '1 + 1'
  twinix eval --strict --json x.nix -A a.b
  twinix eval --dialect 2.3 -E 'builtins.nixVersion'
  echo '{ a = 1; }' | twinix eval --strict -
  twinix eval --profile where x.nix          writes where.folded and where.svg"
)]
pub struct EvalOptions {
    /// Files to evaluate; `-` is standard input; with `-E` they are
    /// expressions. Default: `./default.nix`
    pub files: Vec<String>,
    /// Take the arguments as expressions instead of files
    #[arg(short = 'E', long = "expr")]
    pub expr: bool,
    /// Print the value: what `eval` does anyway, and `instantiate` only with this
    #[arg(long, visible_alias = "eval-only")]
    pub eval: bool,
    /// Evaluate everything in the result before it is printed
    #[arg(long)]
    pub strict: bool,
    /// Print the result as JSON
    #[arg(long, overrides_with_all = ["xml", "raw"])]
    pub json: bool,
    /// Print the result as XML
    #[arg(long, overrides_with_all = ["json", "raw"])]
    pub xml: bool,
    /// Leave positions out of XML
    #[arg(long)]
    pub no_location: bool,
    /// Print the result, a string, as it is
    #[arg(long, overrides_with_all = ["json", "xml"])]
    pub raw: bool,
    /// Print the program as it was understood; evaluate nothing
    #[arg(long, visible_alias = "parse-only")]
    pub parse: bool,
    /// Select an attribute of the result
    #[arg(short = 'A', long = "attr", value_name = "PATH")]
    pub attributes: Vec<String>,
    /// Add an entry in front of the search path: PATH or PREFIX=PATH
    #[arg(short = 'I', long = "include", value_name = "ENTRY")]
    pub include: Vec<String>,
    /// What functions on the way are called with
    #[command(flatten)]
    pub arguments: Arguments,
    /// Let one flake reference stand for another
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"], action = clap::ArgAction::Append)]
    pub override_flake: Vec<String>,
    /// Set an option as in nix.conf
    #[arg(long, num_args = 2, allow_hyphen_values = true, value_names = ["NAME", "VALUE"], action = clap::ArgAction::Append)]
    pub option: Vec<String>,
    /// Enable experimental features
    #[arg(long, value_name = "FEATURES")]
    pub extra_experimental_features: Vec<String>,
    /// Enable exactly these experimental features
    #[arg(long, value_name = "FEATURES")]
    pub experimental_features: Option<String>,
    /// Let programs read nothing but what they are given
    #[arg(long)]
    pub pure_eval: bool,
    /// Take `--pure-eval` back
    #[arg(long, overrides_with = "pure_eval")]
    pub impure: bool,
    /// What to do about URL literals: ignore (the default), warn or fatal
    #[arg(long, value_name = "WHAT", value_parser = lint)]
    pub lint_url_literals: Option<Lint>,
    /// What to do about path literals like `a/b`: ignore (the default), warn or fatal
    #[arg(long, value_name = "WHAT", value_parser = lint)]
    pub lint_short_path_literals: Option<Lint>,
    /// What to do about path literals like `/a` and `~/a`: ignore (the default), warn or fatal
    #[arg(long, value_name = "WHAT", value_parser = lint)]
    pub lint_absolute_path_literals: Option<Lint>,
    /// Let programs read nothing but the search path and what they are given
    #[arg(long)]
    pub restrict_eval: bool,
    /// Let programs ask for what is in the network (downloading itself is not built in)
    #[arg(long)]
    pub allow_network: bool,
    /// The number of nested calls that is an error
    #[arg(long, value_name = "N")]
    pub max_call_depth: Option<u32>,
    /// Print what was being evaluated when an error occurred
    #[arg(long)]
    pub show_trace: bool,
    /// Print only the error, which is the default
    #[arg(long, overrides_with = "show_trace")]
    pub no_show_trace: bool,
    /// Print what `builtins.traceVerbose` traces
    #[arg(long)]
    pub trace_verbose: bool,
    /// Fail at the first warning of `builtins.warn`
    #[arg(long)]
    pub abort_on_warn: bool,
    /// The system that `builtins.currentSystem` names
    #[arg(long, value_name = "SYSTEM")]
    pub system: Option<String>,
    /// The same, before what `--system` says
    #[arg(long, value_name = "SYSTEM")]
    pub eval_system: Option<String>,
    /// Put what the evaluation makes into the store
    #[arg(long)]
    pub read_write_mode: bool,
    /// Compute store paths, but put nothing into the store
    #[arg(long)]
    pub dry_run: bool,
    /// Where the store is: `/nix/store/x` is DIR/nix/store/x. Default: a folder
    /// that is gone when the evaluation ends
    #[arg(long, value_name = "DIR")]
    pub store: Option<String>,
    /// The release to be
    #[arg(long, value_name = "RELEASE", default_value = "2.34")]
    pub dialect: Dialect,
    /// Stop after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// Stop when this many MiB are in use; as many as the machine has, if not given
    #[arg(long, value_name = "MIB")]
    pub max_memory: Option<usize>,
    /// Write where the time goes, by function: PATH.folded (stacks, with microseconds) and PATH.svg (a flame
    /// graph). The evaluation is slower by what it takes to look
    #[arg(long, value_name = "PATH")]
    pub profile: Option<PathBuf>,
    /// Print how much there was of everything to standard error, as C++ Nix does under `NIX_SHOW_STATS`
    #[arg(long)]
    pub stats: bool,
    /// What has no meaning here
    #[command(flatten)]
    pub ignored: Ignored,
}

/// Flags of `nix-instantiate` that are accepted so that commands written for it work, and mean nothing
/// to an evaluation.
#[derive(Args, Debug)]
pub struct Ignored {
    #[arg(short, long, hide = true, action = clap::ArgAction::Count)]
    verbose: u8,
    #[arg(long, hide = true, action = clap::ArgAction::Count)]
    quiet: u8,
    #[arg(long, hide = true)]
    debug: bool,
    #[arg(short = 'Q', long, hide = true)]
    no_build_output: bool,
    #[arg(short = 'j', long, hide = true)]
    max_jobs: Option<String>,
    #[arg(long, hide = true)]
    cores: Option<String>,
    #[arg(short = 'k', long, hide = true)]
    keep_going: bool,
    #[arg(short = 'K', long, hide = true)]
    keep_failed: bool,
    #[arg(long, hide = true)]
    fallback: bool,
    #[arg(long, hide = true)]
    repair: bool,
    #[arg(long, hide = true)]
    no_gc_warning: bool,
    #[arg(long, hide = true)]
    tarball_ttl: Option<u64>,
    #[arg(long, hide = true, value_parser = ["raw", "raw-with-logs", "internal-json", "bar", "bar-with-logs"])]
    pub log_format: Option<String>,
    #[arg(long, hide = true)]
    pub eval_store: Option<String>,
    #[arg(long, hide = true)]
    readonly_mode: bool,
    #[arg(long, hide = true)]
    add_root: Option<String>,
    #[arg(long, hide = true)]
    indirect: bool,
}

impl EvalOptions {
    /// The folder that `--store` names, also in the form that C++ Nix knows.
    pub fn store_root(&self) -> Option<PathBuf> {
        let given = self.store.as_deref()?;
        let folder = given.strip_prefix("local?root=").unwrap_or(given);
        (!folder.contains("://") && !["auto", "daemon", "local"].contains(&folder))
            .then(|| PathBuf::from(folder))
    }
}

fn lint(text: &str) -> Result<Lint, String> {
    text.parse()
}
