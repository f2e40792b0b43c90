//! `--arg`, `--argstr` and their siblings: their order among each other counts, and an argument
//! parser forgets that.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use twinix_evaluator::job::Argument;

/// What functions on the way are called with, by name, in the order given.
#[derive(Debug, Clone, Default)]
pub struct Arguments(pub Vec<(String, Argument)>);

/// A flag for arguments: its name, what its value is called, how it is read.
struct Flag {
    name: &'static str,
    values: &'static [&'static str],
    help: &'static str,
    read: fn(Vec<u8>) -> Argument,
}

const FLAGS: [Flag; 4] = [
    Flag {
        name: "arg",
        values: &["NAME", "EXPR"],
        help: "Pass an expression as an argument to functions on the way",
        read: Argument::Expression,
    },
    Flag {
        name: "argstr",
        values: &["NAME", "STRING"],
        help: "Pass a string as an argument to functions on the way",
        read: Argument::String,
    },
    Flag {
        name: "arg-from-file",
        values: &["NAME", "FILE"],
        help: "Pass the content of a file as an argument to functions on the way",
        read: Argument::File,
    },
    Flag {
        name: STDIN,
        values: &["NAME"],
        help: "Pass standard input as an argument to functions on the way",
        read: |_| Argument::File(b"/dev/stdin".to_vec()),
    },
];

const STDIN: &str = "arg-from-stdin";

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given = Vec::new();
        for flag in &FLAGS {
            let indices = matches.indices_of(flag.name).into_iter().flatten();
            let texts = matches.get_many::<String>(flag.name).into_iter().flatten();
            let words: Vec<(usize, &String)> = indices.zip(texts).collect();
            for words in words.chunks_exact(flag.values.len()) {
                let (index, name) = words[0];
                let text = words
                    .get(1)
                    .map_or(b"".as_slice(), |(_, text)| text.as_bytes());
                given.push((index, (name.clone(), (flag.read)(text.to_vec()))));
            }
        }
        given.sort_by_key(|(index, _)| *index);
        let given = given.into_iter().map(|(_, argument)| argument);
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Arguments {
    fn augment_args(command: Command) -> Command {
        FLAGS.iter().fold(command, |command, flag| {
            command.arg(
                Arg::new(flag.name)
                    .long(flag.name)
                    .num_args(flag.values.len())
                    .allow_hyphen_values(true)
                    .value_names(flag.values.iter().copied())
                    .action(ArgAction::Append)
                    .help(flag.help),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
