//! From the flags of `nix-instantiate` to jobs of our evaluator: one reading for `eval` and for the
//! subject of `check`.

mod known;

pub use known::is_feature;

use std::sync::LazyLock;
use std::{collections::BTreeMap, time::Duration};

use clap::Parser;
use twinix_evaluator::{
    dialect::{Behaviour, Dialect},
    instantiate::Instantiation,
    job::{Argument, Input, Job, Output},
    limits::Limits,
    state::Settings,
    syntax::Lints,
};

use crate::cli::EvalOptions;

/// What the flags do not say: where they are given.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The working folder.
    pub directory: Vec<u8>,
    /// The environment variables.
    pub environment: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Surroundings {
    fn variable(&self, name: &str) -> Option<Vec<u8>> {
        self.environment
            .get(name.as_bytes())
            .filter(|value| !value.is_empty())
            .cloned()
    }
}

#[derive(Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Flags {
    #[command(flatten)]
    options: EvalOptions,
}

/// Reads flags as `eval` does.
///
/// # Errors
/// When one is not known, with what is wrong in one line.
pub fn read<'a>(flags: impl IntoIterator<Item = &'a str>) -> Result<EvalOptions, String> {
    Flags::try_parse_from(flags)
        .map(|flags| flags.options)
        .map_err(|error| {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.strip_prefix("error: ").unwrap_or(line).to_owned()
        })
}

/// The jobs that flags ask for: one for each attribute of each input.
pub fn jobs(options: &EvalOptions, settings: &Settings, inputs: Vec<Input>) -> Vec<Job> {
    let whole = [String::new()];
    let attributes = if options.attributes.is_empty() {
        &whole[..]
    } else {
        &options.attributes
    };
    let mut jobs = Vec::new();
    for input in inputs {
        for attribute in attributes {
            jobs.push(Job {
                settings: settings.clone(),
                input: input.clone(),
                attribute: attribute.clone(),
                arguments: options.arguments.0.clone(),
                output: output(options),
                strict: options.strict,
            });
        }
    }
    jobs
}

/// All that flags ask for, as one instantiation.
pub fn instantiation(
    options: &EvalOptions,
    settings: Settings,
    inputs: Vec<Input>,
) -> Instantiation {
    let attributes = if options.attributes.is_empty() {
        vec![String::new()]
    } else {
        options.attributes.clone()
    };
    Instantiation {
        settings,
        inputs,
        attributes,
        arguments: options.arguments.0.clone(),
    }
}

/// Whether the end of the line follows a result: XML ends its last line itself, and `--raw` prints
/// nothing but the string.
pub fn ends_line(options: &EvalOptions) -> bool {
    if options.json {
        options.dialect.has(Behaviour::JsonOutputEndsItsLine)
    } else {
        !options.raw && !options.xml
    }
}

fn output(options: &EvalOptions) -> Output {
    if options.parse {
        Output::Parse
    } else if options.json {
        Output::Json
    } else if options.xml {
        Output::Xml {
            locations: !options.no_location,
        }
    } else if options.raw {
        Output::Raw
    } else {
        Output::Plain
    }
}

/// Flags that not all releases have: the name, the behaviour of those that do, and whether it is given.
type Newer = (&'static str, Behaviour, fn(&EvalOptions) -> bool);

const NEWER_FLAGS: &[Newer] = &[
    ("--impure", Behaviour::FlagsOf2_4, |given| given.impure),
    ("--experimental-features", Behaviour::FlagsOf2_4, |given| {
        given.experimental_features.is_some()
    }),
    (
        "--extra-experimental-features",
        Behaviour::FlagsOf2_4,
        |given| !given.extra_experimental_features.is_empty(),
    ),
    ("--log-format", Behaviour::FlagsOf2_4, |given| {
        given.ignored.log_format.is_some()
    }),
    ("--eval-store", Behaviour::FlagsOf2_4, |given| {
        given.ignored.eval_store.is_some()
    }),
    ("--max-call-depth", Behaviour::CallDepthIsLimited, |given| {
        given.max_call_depth.is_some()
    }),
    ("--trace-verbose", Behaviour::FlagsOf2_26, |given| {
        given.trace_verbose
    }),
    ("--abort-on-warn", Behaviour::FlagsOf2_26, |given| {
        given.abort_on_warn
    }),
    ("--eval-system", Behaviour::FlagsOf2_26, |given| {
        given.eval_system.is_some()
    }),
    ("--arg-from-file", Behaviour::FlagsOf2_26, |given| {
        given
            .arguments
            .0
            .iter()
            .any(|(_, argument)| matches!(argument, Argument::File(_)))
    }),
    ("--override-flake", Behaviour::FlagsOf2_4, |given| {
        !given.override_flake.is_empty()
    }),
    ("--raw", Behaviour::RawOutput, |given| given.raw),
    ("--lint-url-literals", Behaviour::LintFlags, |given| {
        given.lint_url_literals.is_some()
    }),
    (
        "--lint-short-path-literals",
        Behaviour::LintFlags,
        |given| given.lint_short_path_literals.is_some(),
    ),
    (
        "--lint-absolute-path-literals",
        Behaviour::LintFlags,
        |given| given.lint_absolute_path_literals.is_some(),
    ),
];

/// Refuses what the release has no flag for.
fn refuse_newer_flags(options: &EvalOptions) -> Result<(), String> {
    let dialect = options.dialect;
    let refused = NEWER_FLAGS
        .iter()
        .find(|(_, behaviour, given)| given(options) && !dialect.has(*behaviour));
    match refused {
        None => Ok(()),
        Some((name, ..)) => Err(format!(
            "unrecognised flag '{name}': Nix {dialect} has none; leave it out or choose a newer --dialect"
        )),
    }
}

/// The entries of `NIX_PATH`: divided by colons, but for the one in an address
/// (`parseNixPath` in `eval-settings.cc`).
fn search_path(text: &[u8], dialect: Dialect) -> Vec<Vec<u8>> {
    let mut entries: Vec<Vec<u8>> = Vec::new();
    let mut joins = false;
    for part in text.split(|&byte| byte == b':') {
        match entries.last_mut() {
            Some(last) if joins => {
                last.push(b':');
                last.extend_from_slice(part);
                joins = false;
            }
            _ => {
                let target = part.rsplit(|&byte| byte == b'=').next().unwrap_or_default();
                let schemes: [&[u8]; 8] = [
                    b"channel", b"flake", b"http", b"https", b"file", b"git", b"s3", b"ssh",
                ];
                joins = schemes.contains(&target);
                entries.push(part.to_vec());
            }
        }
    }
    if dialect.has(Behaviour::EmptyLookUpsAreEntries) {
        // Nothing comes after the last colon.
        entries.pop_if(|last| last.is_empty());
    } else {
        entries.retain(|entry| !entry.is_empty());
    }
    entries
}

/// Sets an option of `--option` or `NIX_CONFIG`.
///
/// # Errors
/// When it cannot have the value: the release says so, and goes on.
fn set_option(
    settings: &mut Settings,
    features: &mut Vec<String>,
    name: &str,
    value: &str,
) -> Result<(), String> {
    let switch = || match value {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(format!(
            "Boolean setting '{name}' has invalid value '{value}'"
        )),
    };
    let words = || value.split_whitespace().map(str::to_owned);
    match name {
        "experimental-features" => *features = words().collect(),
        "extra-experimental-features" => features.extend(words()),
        "allowed-uris" => settings.allowed_uris = words().map(String::into_bytes).collect(),
        "extra-allowed-uris" => {
            settings
                .allowed_uris
                .extend(words().map(String::into_bytes));
        }
        "allow-dirty" => settings.allow_dirty = switch()?,
        "warn-dirty" => settings.warn_dirty = switch()?,
        "pure-eval" => settings.pure = switch()?,
        "restrict-eval" => settings.restricted = switch()?,
        "show-trace" => settings.show_trace = switch()?,
        "trace-verbose" => settings.trace_verbose = switch()?,
        "allow-import-from-derivation" => settings.import_from_derivation = switch()?,
        "abort-on-warn" => settings.abort_on_warn = switch()?,
        "lint-url-literals" => settings.lints.url = value.parse()?,
        "lint-short-path-literals" => settings.lints.short_path = value.parse()?,
        "lint-absolute-path-literals" => settings.lints.absolute_path = value.parse()?,
        "nix-path" => settings.search_path = words().map(String::into_bytes).collect(),
        "system" | "eval-system" if !value.is_empty() => settings.system = value.to_owned(),
        "max-call-depth" if settings.dialect.has(Behaviour::CallDepthIsLimited) => {
            settings.limits.call_depth = value
                .parse()
                .map_err(|_| format!("setting 'max-call-depth' has invalid value '{value}'"))?;
        }
        // nix-instantiate has hundreds of options that do not concern
        // evaluation.
        _ => {}
    }
    Ok(())
}

/// The settings that flags and environment make.
///
/// # Errors
/// When a flag is given that the release has not, or a line of the configuration is none.
pub fn settings(options: &EvalOptions, around: &Surroundings) -> Result<Settings, String> {
    Ok(settings_and_warnings(options, around)?.0)
}

/// The settings that flags and environment make, and what the release warns of.
///
/// # Errors
/// As [`settings`].
pub fn settings_and_warnings(
    options: &EvalOptions,
    around: &Surroundings,
) -> Result<(Settings, Vec<String>), String> {
    refuse_newer_flags(options)?;
    let mut features: Vec<String> = Vec::new();
    let mut warnings = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut set = |settings: &mut Settings, features: &mut Vec<String>, name: &str, value: &str| {
        names.push(name.to_owned());
        if let Err(why) = set_option(settings, features, name, value) {
            let says_error = [Dialect::V2_8, Dialect::V2_26].contains(&options.dialect);
            let error = if says_error { "error: " } else { "" };
            warnings.push(format!("warning: {error}{why}"));
        }
    };
    let mut settings = Settings {
        dialect: options.dialect,
        pure: options.pure_eval,
        lints: Lints {
            url: options.lint_url_literals.unwrap_or_default(),
            short_path: options.lint_short_path_literals.unwrap_or_default(),
            absolute_path: options.lint_absolute_path_literals.unwrap_or_default(),
        },
        restricted: options.restrict_eval,
        network: options.allow_network,
        base_directory: around.directory.clone(),
        home: around
            .variable("HOME")
            .unwrap_or_else(|| b"/homeless-shelter".to_vec()),
        data_dir: around
            .variable("NIX_DATA_DIR")
            .unwrap_or_else(|| b"/usr/share".to_vec()),
        store_dir: around
            .variable("NIX_STORE_DIR")
            .unwrap_or_else(|| b"/nix/store".to_vec()),
        show_trace: options.show_trace,
        trace_verbose: options.trace_verbose,
        read_only: !options.read_write_mode,
        limits: Limits {
            call_depth: options.max_call_depth.unwrap_or(10_000),
            time: options.timeout.map(Duration::from_secs_f64),
            memory: options
                .max_memory
                .map_or_else(memory_of_machine, |mib| mib << 20),
            ..Limits::default()
        },
        ..Settings::default()
    };
    if let Some(config) = around.variable("NIX_CONFIG")
        && options.dialect.has(Behaviour::NixConfigIsRead)
    {
        for line in String::from_utf8_lossy(&config).lines() {
            let text = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = text.split_whitespace().collect();
            match words.as_slice() {
                [] => {}
                [name, "=", value @ ..] => {
                    set(&mut settings, &mut features, name, &value.join(" "));
                }
                _ => {
                    return Err(format!(
                        "illegal configuration line '{line}' in 'NIX_CONFIG'"
                    ));
                }
            }
        }
    }
    let nix_path = around.variable("NIX_PATH").unwrap_or_default();
    settings.search_path = search_path(&nix_path, settings.dialect);
    let abort = around.variable("NIX_ABORT_ON_WARN").unwrap_or_default();
    settings.abort_on_warn |= matches!(abort.as_slice(), b"1" | b"yes" | b"true");
    for pair in options.option.chunks_exact(2) {
        set(&mut settings, &mut features, &pair[0], &pair[1]);
    }
    if let Some(system) = options.system.as_ref().or(options.eval_system.as_ref()) {
        settings.system.clone_from(system);
    }
    settings.abort_on_warn |= options.abort_on_warn;
    if options.impure {
        settings.pure = false;
    }
    if let Some(list) = &options.experimental_features {
        features = list.split_whitespace().map(str::to_owned).collect();
    }
    for list in &options.extra_experimental_features {
        features.extend(list.split_whitespace().map(str::to_owned));
    }
    warnings.extend(known::warnings(
        options.dialect,
        names.iter().map(String::as_str),
        features.iter().map(String::as_str),
    ));
    settings.features = features;
    settings.flake_overrides = options
        .override_flake
        .chunks_exact(2)
        .map(|pair| (pair[0].clone().into_bytes(), pair[1].clone().into_bytes()))
        .collect();
    let included = options.include.iter();
    let mut path: Vec<Vec<u8>> = included.map(|entry| entry.clone().into_bytes()).collect();
    path.append(&mut settings.search_path);
    settings.search_path = path;
    Ok((settings, warnings))
}

/// How many bytes of memory the machine has, or more than any has where it does not say.
fn memory_of_machine() -> usize {
    static BYTES: LazyLock<usize> = LazyLock::new(|| {
        let said = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kib = said
            .lines()
            .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB"))
            .and_then(|number| number.trim().parse::<usize>().ok());
        kib.map_or(usize::MAX, |kib| kib << 10)
    });
    *BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings_of(dialect: Dialect, flags: &[&str]) -> Result<Settings, String> {
        let words = ["--dialect", dialect.name()];
        let options = read(words.into_iter().chain(flags.iter().copied()))?;
        let around = Surroundings {
            directory: b"/".to_vec(),
            environment: BTreeMap::new(),
        };
        settings(&options, &around)
    }

    #[test]
    fn flags_are_refused_by_releases_that_have_none_of_the_name() {
        let flags: [(&[&str], Dialect); 10] = [
            (&["--impure"], Dialect::V2_8),
            (&["--experimental-features", "flakes"], Dialect::V2_8),
            (&["--extra-experimental-features", "flakes"], Dialect::V2_8),
            (&["--log-format", "raw"], Dialect::V2_8),
            (&["--eval-store", "auto"], Dialect::V2_8),
            (&["--max-call-depth", "9"], Dialect::V2_26),
            (&["--trace-verbose"], Dialect::V2_26),
            (&["--eval-system", "x"], Dialect::V2_26),
            (&["--raw"], Dialect::V2_26),
            (&["--lint-url-literals", "warn"], Dialect::V2_34),
        ];
        for (flag, since) in flags {
            for dialect in Dialect::ALL {
                let settings = settings_of(dialect, flag);
                if dialect >= since {
                    assert!(settings.is_ok(), "{flag:?} in {dialect}");
                } else {
                    let message = settings.err().unwrap_or_default();
                    let expected = format!("unrecognised flag '{}'", flag[0]);
                    assert!(
                        message.starts_with(&expected),
                        "{flag:?} in {dialect}: {message}"
                    );
                }
            }
        }
    }

    #[test]
    fn empty_entries_of_the_search_path_count_in_older_releases() {
        let entries = |text: &str, dialect| {
            let entries = search_path(text.as_bytes(), dialect);
            entries.join(&b'|')
        };
        for dialect in [Dialect::V2_3, Dialect::V2_8] {
            assert_eq!(entries("a::b=c:", dialect), b"a||b=c");
            assert_eq!(search_path(b":", dialect), [b""]);
            assert!(search_path(b"", dialect).is_empty());
        }
        assert_eq!(entries("a::b=c:", Dialect::V2_26), b"a|b=c");
    }

    #[test]
    fn the_last_of_all_arguments_of_a_name_counts() {
        let options = read([
            "--argstr", "x", "1", "--arg", "x", "2", "--argstr", "y", "3",
        ]);
        let names: Vec<String> = options
            .map(|options| options.arguments.0.into_iter())
            .into_iter()
            .flatten()
            .map(|(name, argument)| format!("{name} {argument:?}"))
            .collect();
        assert_eq!(
            names,
            ["x String([49])", "x Expression([50])", "y String([51])"]
        );
    }
}
