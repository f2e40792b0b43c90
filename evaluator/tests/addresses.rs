//! Addresses in the search path and as the program, overrides of the registry and arguments from files: the
//! store paths are those that the four releases printed for the same archive.

#![allow(clippy::result_large_err, reason = "a failed test prints the failure")]

use std::cell::RefCell;
use std::rc::Rc;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::io::MemoryIo;
use twinix_evaluator::job::{Argument, Failure, Input, Job, Output, run};
use twinix_evaluator::state::Settings;

/// An archive of a folder with two files.
fn archive() -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in [("t/default.nix", "\"hello\"\n"), ("t/a.nix", "1\n")] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        let added = archive.append_data(&mut header, name, text.as_bytes());
        added.expect("memory can be written to");
    }
    archive.into_inner().expect("memory can be written to")
}

/// The outcome and what was said on the way.
fn run_with(settings: Settings, input: Input) -> (Result<String, Failure>, Vec<String>) {
    let files = [
        ("/t.tar.gz", archive()),
        ("/not.tar", b"no archive".to_vec()),
        ("/text", b"some\ntext".to_vec()),
        (
            "/flake/flake.nix",
            b"{ outputs = _: { here = true; }; }".to_vec(),
        ),
        (
            "/flake/sub/flake.nix",
            b"{ outputs = _: { below = true; }; }".to_vec(),
        ),
        ("/flake/default.nix", b"\"a flake\"".to_vec()),
    ];
    let io = MemoryIo::new(files.map(|(path, text)| (path.as_bytes().to_vec(), text)));
    let job = Job {
        settings: Settings {
            base_directory: b"/".to_vec(),
            features: vec!["flakes".to_owned()],
            ..settings
        },
        input,
        attribute: String::new(),
        arguments: vec![("x".to_owned(), Argument::File(b"text".to_vec()))],
        output: Output::Plain,
        strict: true,
    };
    let said: Rc<RefCell<Vec<String>>> = Rc::default();
    let sink = Rc::clone(&said);
    let trace = move |line: &[u8]| {
        let line = String::from_utf8_lossy(line).into_owned();
        sink.borrow_mut().push(line);
    };
    let result = run(&job, Box::new(io), Box::new(trace));
    let text = result.map(|text| String::from_utf8_lossy(&text).into_owned());
    let said = said.take();
    (text, said)
}

fn searched(dialect: Dialect, entry: &str) -> Settings {
    Settings {
        dialect,
        search_path: vec![entry.as_bytes().to_vec()],
        ..Settings::default()
    }
}

fn expression(text: &str) -> Input {
    Input::Expression(text.as_bytes().to_vec())
}

const ENTRY: &str = "x=file:///t.tar.gz";

#[test]
fn an_archive_in_the_search_path_is_a_store_object() {
    for dialect in Dialect::ALL {
        let settings = || searched(dialect, ENTRY);
        let name = match dialect {
            Dialect::V2_3 => "/nix/store/l6yyym75qgsagqq9dk7dcaaznf985bjb-t.tar.gz",
            _ => "/nix/store/fg4d9j7dnky53s8rcvvyxjfcqr15gbam-source",
        };
        let (path, _) = run_with(settings(), expression("<x>"));
        assert_eq!(path.expect("the archive is there"), name, "{dialect}");
        let (below, _) = run_with(settings(), expression("[ <x/a.nix> (import <x>) ]"));
        let below = below.expect("both files are in the archive");
        assert_eq!(below, format!("[ {name}/a.nix \"hello\" ]"), "{dialect}");
    }
}

#[test]
fn an_archive_may_be_the_program() {
    for dialect in Dialect::ALL {
        let settings = Settings {
            dialect,
            ..Settings::default()
        };
        let (value, _) = run_with(settings, Input::Address(b"file:///t.tar.gz".to_vec()));
        assert_eq!(value.expect("there is a default.nix in it"), "\"hello\"");
    }
}

#[test]
fn only_older_releases_let_a_restricted_program_read_it() {
    for dialect in Dialect::ALL {
        let settings = Settings {
            restricted: true,
            ..searched(dialect, ENTRY)
        };
        let (value, _) = run_with(settings, expression("import <x>"));
        if dialect < Dialect::V2_26 {
            assert_eq!(value.expect("what is given may be read"), "\"hello\"");
        } else {
            let failure = value.expect_err("it is not allowed");
            assert_eq!(failure.kind, ErrorKind::Restricted, "{dialect}");
        }
    }
}

#[test]
fn what_cannot_be_downloaded_is_passed_over() {
    for dialect in Dialect::ALL {
        let settings = searched(dialect, "x=file:///nothing.tar");
        let (value, said) = run_with(settings, expression("(builtins.tryEval <x>).success"));
        assert_eq!(value.expect("it can be caught"), "false");
        let lost = "warning: Nix search path entry 'file:///nothing.tar'";
        let mut expected = vec![format!("{lost} cannot be downloaded, ignoring")];
        if dialect >= Dialect::V2_26 {
            expected.push(format!("{lost} does not exist, ignoring"));
        }
        assert_eq!(said, expected, "{dialect}");
        let (value, _) = run_with(searched(dialect, "x=file:///not.tar"), expression("<x>"));
        let kind = value.expect_err("it is no archive").kind;
        assert_eq!(kind == ErrorKind::SearchPath, dialect >= Dialect::V2_26);
    }
}

#[test]
fn flakes_are_looked_up_by_later_releases() {
    for dialect in [Dialect::V2_26, Dialect::V2_34] {
        let settings = searched(dialect, "x=flake:path:/flake");
        let (value, _) = run_with(settings, expression("import <x>"));
        assert_eq!(value.expect("it is a path"), "\"a flake\"");
    }
    let settings = searched(Dialect::V2_8, "x=flake:path:/flake");
    let (value, said) = run_with(settings, expression("<x>"));
    assert_eq!(
        value.expect_err("2.8 knows none").kind,
        ErrorKind::SearchPath
    );
    assert!(said[0].ends_with("does not exist, ignoring"), "{said:?}");
}

#[test]
fn an_override_stands_for_a_name() {
    for dialect in [Dialect::V2_8, Dialect::V2_26, Dialect::V2_34] {
        let settings = |to: &str| Settings {
            dialect,
            flake_overrides: vec![
                (b"one".to_vec(), b"two".to_vec()),
                (b"two".to_vec(), to.as_bytes().to_vec()),
            ],
            ..Settings::default()
        };
        let program = || expression("builtins.attrNames (builtins.getFlake \"one\").outputs");
        let (value, _) = run_with(settings("path:/flake"), program());
        assert_eq!(value.expect("it leads to a path"), "[ \"here\" ]");
        let (value, _) = run_with(settings("path:/flake?dir=sub"), program());
        match dialect {
            // It knows no `dir` of a path.
            Dialect::V2_8 => assert!(value.is_err()),
            _ => assert_eq!(value.expect("it leads below one"), "[ \"below\" ]"),
        }
        let (value, _) = run_with(settings("one"), program());
        let message = value.expect_err("it leads nowhere").message;
        assert!(message.starts_with(b"cycle detected in flake registry"));
    }
}

#[test]
fn a_file_may_be_an_argument() {
    for dialect in Dialect::ALL {
        let settings = Settings {
            dialect,
            ..Settings::default()
        };
        let (value, _) = run_with(settings, expression("{ x }: x"));
        assert_eq!(value.expect("the file is there"), "\"some\\ntext\"");
    }
}

#[test]
fn hashes_that_do_not_fit_have_a_status_of_their_own() {
    let wrong = "sha256 = \"0000000000000000000000000000000000000000000000000000\"";
    for dialect in Dialect::ALL {
        let settings = || Settings {
            dialect,
            ..Settings::default()
        };
        let fetched = format!("builtins.fetchurl {{ url = \"file:///text\"; {wrong}; }}");
        let (value, _) = run_with(settings(), expression(&fetched));
        assert_eq!(value.expect_err("the hash is wrong").status, 102);
        let copied = format!("builtins.path {{ path = /text; {wrong}; }}");
        let (value, _) = run_with(settings(), expression(&copied));
        assert_eq!(value.expect_err("the hash is wrong").status, 1);
    }
}
