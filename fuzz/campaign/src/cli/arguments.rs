//! `--arg` and `--argstr`: their order among each other counts, and an argument
//! parser forgets that.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use twinix_evaluator::job::Argument;

/// What functions on the way are called with, by name, in the order given.
#[derive(Debug, Clone, Default)]
pub struct Arguments(pub Vec<(String, Argument)>);

/// A flag for arguments: its name, what its value is called, how it is read.
struct Flag {
    name: &'static str,
    value: &'static str,
    help: &'static str,
    read: fn(Vec<u8>) -> Argument,
}

const FLAGS: [Flag; 2] = [
    Flag {
        name: "arg",
        value: "EXPR",
        help: "Pass an expression as an argument to functions on the way",
        read: Argument::Expression,
    },
    Flag {
        name: "argstr",
        value: "STRING",
        help: "Pass a string as an argument to functions on the way",
        read: Argument::String,
    },
];

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given = Vec::new();
        for flag in &FLAGS {
            let indices = matches.indices_of(flag.name).into_iter().flatten();
            let texts = matches.get_many::<String>(flag.name).into_iter().flatten();
            let words: Vec<(usize, &String)> = indices.zip(texts).collect();
            for pair in words.chunks_exact(2) {
                let ((index, name), (_, text)) = (pair[0], pair[1]);
                let argument = (flag.read)(text.clone().into_bytes());
                given.push((index, (name.clone(), argument)));
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
                    .num_args(2)
                    .allow_hyphen_values(true)
                    .value_names(["NAME", flag.value])
                    .action(ArgAction::Append)
                    .help(flag.help),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
