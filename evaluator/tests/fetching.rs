//! Fetching from this machine and evaluating flakes, as the four releases do it: the expected
//! values are what they printed for the same repository (`local?root=` stores).

#![allow(clippy::result_large_err, reason = "a failed test prints the failure")]

use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::io::{Io, MemoryIo, RealIo};
use twinix_evaluator::job::{Failure, Input, Job, run};
use twinix_evaluator::state::Settings;

fn evaluate(settings: Settings, io: Box<dyn Io>, program: &str) -> Result<String, Failure> {
    let job = Job {
        settings,
        ..Job::of(Input::Expression(program.as_bytes().to_vec()))
    };
    run(&job, io, Box::new(|_| {})).map(|text| String::from_utf8_lossy(&text).into_owned())
}

fn settings(dialect: Dialect) -> Settings {
    Settings {
        dialect,
        features: vec!["flakes".to_owned()],
        ..Settings::default()
    }
}

fn real(dialect: Dialect, program: &str) -> Result<String, Failure> {
    evaluate(settings(dialect), Box::new(RealIo::default()), program)
}

fn in_memory(files: &[(&str, &str)]) -> Box<dyn Io> {
    let files = files
        .iter()
        .map(|(path, text)| (path.as_bytes().to_vec(), text.as_bytes().to_vec()));
    Box::new(MemoryIo::new(files))
}

/// A repository with two branches and a tag, the same on every machine; none where there is no
/// `git`.
fn repository() -> Option<TempDir> {
    const SCRIPT: &str = r"
        set -e
        day() { export GIT_AUTHOR_DATE=$1+0000 GIT_COMMITTER_DATE=$1+0000; }
        git init -q -b main repo; cd repo
        mkdir dir; printf 'one\n' > file; printf 'x\n' > dir/run; chmod +x dir/run
        ln -s file link; printf 'hidden\n' > hidden
        printf 'hidden export-ignore\n' > .gitattributes
        git add .; day '1700000000 '; git commit -q -m one; git tag v1
        git checkout -q -b side; printf 'side\n' > side; git add side
        day '1700000100 '; git commit -q -m side
        git checkout -q main; printf 'two\n' > file
        day '1700000200 '; git commit -q -am two
        cp -a ../repo ../dirty; cd ../dirty
        printf 'changed\n' > file; printf 'new\n' > new; printf 'untracked\n' > untracked
        git add new
        cp -a ../repo ../gone; rm ../gone/dir/run
        cp -a ../repo ../ignoring; printf 'dir/** export-ignore\n' > ../ignoring/.gitattributes
        git -C ../ignoring add .
        ln -s repo ../link
        cp -a ../repo ../parent; cd ../parent
        git config -f .gitmodules submodule.m.path mod
        git config -f .gitmodules submodule.m.url ../repo; git add .gitmodules
        git update-index --add --cacheinfo 160000,d3804f2a920205c8e5ef3574463264f7ee4f68a4,mod
        mkdir mod; git commit -q -m parent";
    let directory = TempDir::new().expect("there is room for a repository");
    let made = Command::new("sh")
        .args(["-c", SCRIPT])
        .current_dir(&directory)
        .envs([
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@b"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a@b"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ])
        .status();
    match made {
        Ok(status) if status.success() => Some(directory),
        _ => {
            // The harness shows it with `--nocapture`.
            eprintln_skipped();
            None
        }
    }
}

#[allow(clippy::print_stderr, reason = "says why nothing was tested")]
fn eprintln_skipped() {
    eprintln!("skipped: there is no git that makes repositories");
}

fn shown(directory: &Path, name: &str) -> String {
    directory.join(name).display().to_string()
}

#[test]
fn a_clean_repository_is_its_commit() {
    let Some(directory) = repository() else {
        return;
    };
    let program = format!("builtins.fetchGit {}", shown(directory.path(), "repo"));
    assert_eq!(
        real(Dialect::V2_3, &program).unwrap(),
        r#"{ outPath = "/nix/store/ivjnfsz2jgcbdhrrsd41app7imnahpr1-source"; rev = "d3804f2a920205c8e5ef3574463264f7ee4f68a4"; revCount = 2; shortRev = "d3804f2"; }"#
    );
    for dialect in [Dialect::V2_8, Dialect::V2_26, Dialect::V2_34] {
        assert_eq!(
            real(dialect, &program).unwrap(),
            r#"{ lastModified = 1700000200; lastModifiedDate = "20231114221640"; narHash = "sha256-3dwaro/0Foey4QveBLfUimpHfOi4xjo80Pw/m6i5UI4="; outPath = "/nix/store/ivjnfsz2jgcbdhrrsd41app7imnahpr1-source"; rev = "d3804f2a920205c8e5ef3574463264f7ee4f68a4"; revCount = 2; shortRev = "d3804f2"; submodules = false; }"#
        );
    }
}

#[test]
fn a_commit_is_copied_once_since_2_26() {
    let Some(directory) = repository() else {
        return;
    };
    let parent = shown(directory.path(), "parent");
    // A working tree has nothing of a submodule that was not asked for, a commit an empty folder.
    let names = |fetched: &str| format!("builtins.readDir (builtins.fetchGit {fetched}) ? mod");
    let of_workdir = names(&parent);
    let of_commit = names(&format!("{{ url = \"file://{parent}\"; ref = \"main\"; }}"));
    for dialect in [Dialect::V2_26, Dialect::V2_34] {
        for (program, expected) in [
            (format!("[ ({of_workdir}) ]"), "[ false ]"),
            (format!("[ ({of_commit}) ]"), "[ true ]"),
            (
                format!("[ ({of_workdir}) ({of_commit}) ]"),
                "[ false false ]",
            ),
            (format!("[ ({of_commit}) ({of_workdir}) ]"), "[ true true ]"),
        ] {
            let program = format!("builtins.toJSON {program}");
            let expected = expected
                .replace("[ ", "[")
                .replace(" ]", "]")
                .replace(' ', ",");
            let found = real(dialect, &program).unwrap();
            assert_eq!(found, format!("\"{expected}\""), "{program}");
        }
    }
}

#[test]
fn a_branch_and_a_tag_are_their_commits() {
    let Some(directory) = repository() else {
        return;
    };
    let repo = shown(directory.path(), "repo");
    for dialect in Dialect::ALL {
        let branch = format!(r#"(builtins.fetchGit {{ url = {repo}; ref = "side"; }}).outPath"#);
        assert_eq!(
            real(dialect, &branch).unwrap(),
            r#""/nix/store/gwhjxj5nr63ghx0an3j9m92nw65pykk4-source""#
        );
        let tag = format!(
            r#"(builtins.fetchGit {{ url = {repo}; ref = "refs/tags/v1"; name = "named"; }}).outPath"#
        );
        assert_eq!(
            real(dialect, &tag).unwrap(),
            r#""/nix/store/44h6iavibqldzb9ip895s5jmvchp16ln-named""#
        );
    }
}

#[test]
fn a_dirty_repository_is_what_git_knows_of_it() {
    let Some(directory) = repository() else {
        return;
    };
    let dirty = format!("builtins.fetchGit {}", shown(directory.path(), "dirty"));
    // Until 2.8 `export-ignore` does not count there.
    for (dialect, path) in [
        (Dialect::V2_3, "kcnadpv9msmwybljrwclwd0ar24sv3db"),
        (Dialect::V2_8, "kcnadpv9msmwybljrwclwd0ar24sv3db"),
        (Dialect::V2_26, "pi2js1rywj9wx1y49188jqn3q64b1yfx"),
        (Dialect::V2_34, "pi2js1rywj9wx1y49188jqn3q64b1yfx"),
    ] {
        let program = format!("let t = {dirty}; in [ t.outPath t.revCount t.shortRev ]");
        assert_eq!(
            real(dialect, &program).unwrap(),
            format!(r#"[ "/nix/store/{path}-source" 0 "0000000" ]"#)
        );
    }
    assert_eq!(
        real(Dialect::V2_34, &format!("({dirty}).dirtyRev")).unwrap(),
        r#""d3804f2a920205c8e5ef3574463264f7ee4f68a4-dirty""#
    );
}

#[test]
fn a_directory_stays_where_its_files_are_known() {
    let Some(directory) = repository() else {
        return;
    };
    let gone = format!(
        "(builtins.fetchGit {}).outPath",
        shown(directory.path(), "gone")
    );
    for dialect in [Dialect::V2_3, Dialect::V2_8] {
        assert_eq!(
            real(dialect, &gone).unwrap(),
            r#""/nix/store/ci462jn3wh0jmrv3m3fpj4wrrn3fdahh-source""#
        );
    }
    let ignoring = format!(
        "(builtins.fetchGit {{ url = {}; exportIgnore = true; }}).outPath",
        shown(directory.path(), "ignoring")
    );
    for dialect in [Dialect::V2_26, Dialect::V2_34] {
        assert_eq!(
            real(dialect, &gone).unwrap(),
            r#""/nix/store/bnm40npkvjwf6xmdqpdn5zshwnyq6y6q-source""#
        );
        assert_eq!(
            real(dialect, &ignoring).unwrap(),
            r#""/nix/store/gh4xb18yffyj4x5m8gajjp6q38liz549-source""#
        );
    }
}

#[test]
fn a_link_to_a_repository_is_copied_as_a_link_since_2_26() {
    let Some(directory) = repository() else {
        return;
    };
    let program = format!(
        "(builtins.fetchGit {}).outPath",
        shown(directory.path(), "link")
    );
    for (dialect, expected) in [
        (Dialect::V2_3, "ivjnfsz2jgcbdhrrsd41app7imnahpr1"),
        (Dialect::V2_8, "ivjnfsz2jgcbdhrrsd41app7imnahpr1"),
        (Dialect::V2_26, "msqhxnz4k38g8nxzjq4zq7pcdn372l44"),
        (Dialect::V2_34, "msqhxnz4k38g8nxzjq4zq7pcdn372l44"),
    ] {
        assert_eq!(
            real(dialect, &program).unwrap(),
            format!(r#""/nix/store/{expected}-source""#)
        );
    }
}

#[test]
fn what_was_fetched_can_be_read_and_nothing_beside_it() {
    let Some(directory) = repository() else {
        return;
    };
    let tree = format!("builtins.fetchGit {}", shown(directory.path(), "dirty"));
    for dialect in Dialect::ALL {
        let program = format!(
            r#"let t = {tree}; in [ (builtins.readFile (t + "/link")) (builtins.pathExists (t + "/untracked")) ]"#
        );
        assert_eq!(real(dialect, &program).unwrap(), r#"[ "changed\n" false ]"#);
    }
}

#[test]
fn pure_evaluation_wants_a_revision() {
    let Some(directory) = repository() else {
        return;
    };
    let repo = shown(directory.path(), "repo");
    let pure = |program: &str| {
        let settings = Settings {
            pure: true,
            ..settings(Dialect::V2_34)
        };
        evaluate(settings, Box::new(RealIo::default()), program)
    };
    let unlocked = pure(&format!(r#"builtins.fetchGit "{repo}""#));
    assert_eq!(unlocked.unwrap_err().kind, ErrorKind::Restricted);
    let locked = pure(&format!(
        r#"(builtins.fetchGit {{ url = "{repo}"; rev = "d3804f2a920205c8e5ef3574463264f7ee4f68a4"; }}).revCount"#
    ));
    assert_eq!(locked.unwrap(), "2");
}

#[test]
fn the_network_is_refused_in_words() {
    for program in [
        r#"builtins.fetchurl "https://example.org/x""#,
        r#"builtins.fetchTarball "https://example.org/x.tar.gz""#,
        r#"builtins.fetchGit "https://example.org/x""#,
        r#"builtins.fetchGit "git@example.org:x""#,
    ] {
        for dialect in Dialect::ALL {
            let failure = evaluate(settings(dialect), in_memory(&[]), program).unwrap_err();
            let message = String::from_utf8_lossy(&failure.message).into_owned();
            assert!(message.contains("the network is not used"), "{message}");
        }
    }
}

#[test]
fn without_git_a_repository_is_an_error() {
    let io = in_memory(&[("/repo/.git/HEAD", "ref: refs/heads/main\n")]);
    let failure = evaluate(settings(Dialect::V2_34), io, "builtins.fetchGit /repo").unwrap_err();
    assert_eq!(failure.kind, ErrorKind::Io);
    assert!(failure.message.starts_with(b"executing 'git'"));
}

#[test]
fn what_is_in_the_store_needs_no_network() {
    // sha256 of "x\n", flat, called `only`.
    let path = "/nix/store/kplw3gyrhybwqzpsf1s7x1934sb96a9i-only";
    for dialect in Dialect::ALL {
        let program = r#"builtins.readFile (builtins.fetchurl {
            url = "https://example.org/only";
            sha256 = "1b6rqyma5pbr9v565ks2kp9xmww2c80m6c1jld64ka47lrc3ijvk";
        })"#;
        let io = in_memory(&[(path, "x\n")]);
        assert_eq!(
            evaluate(settings(dialect), io, program).unwrap(),
            r#""x\n""#
        );
    }
}

#[test]
fn a_wrong_hash_is_told_from_other_errors() {
    let io = in_memory(&[("/f", "x\n")]);
    let program = r#"builtins.fetchurl {
        url = "file:///f";
        sha256 = "0000000000000000000000000000000000000000000000000000";
    }"#;
    let failure = evaluate(settings(Dialect::V2_34), io, program).unwrap_err();
    assert_eq!(failure.kind, ErrorKind::HashMismatch);
}

const FLAKE: &str = r#"{
    inputs.dep.url = "path:/dep";
    inputs.data = { url = "path:/data"; flake = false; };
    outputs = { self, dep, data }: {
        answer = dep.answer + builtins.stringLength (builtins.readFile (data + "/text"));
        kinds = [ (self ? rev) (dep._type or "tree") (data._type or "tree") ];
    };
}"#;

#[test]
fn a_flake_in_memory_is_evaluated_with_its_inputs() {
    for (dialect, kind) in [(Dialect::V2_26, "flake"), (Dialect::V2_34, "flake")] {
        let io = in_memory(&[
            ("/flake/flake.nix", FLAKE),
            (
                "/dep/flake.nix",
                "{ outputs = { self }: { answer = 40; }; }",
            ),
            ("/data/text", "42"),
        ]);
        let program = r#"let f = builtins.getFlake "path:/flake"; in [ f.answer f.kinds ]"#;
        assert_eq!(
            evaluate(settings(dialect), io, program).unwrap(),
            format!(r#"[ 42 [ false "{kind}" "tree" ] ]"#)
        );
    }
}

#[test]
fn a_lock_file_that_does_not_fit_is_checked_by_hash() {
    const LOCK: &str = r#"{ "version": 7, "root": "root", "nodes": {
        "root": { "inputs": { "dep": "dep" } },
        "dep": {
            "locked": { "type": "path", "path": "/dep", "lastModified": 0, "narHash": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
            "original": { "type": "path", "path": "/dep" }
        }
    } }"#;
    let io = || {
        in_memory(&[
            (
                "/flake/flake.nix",
                r#"{ inputs.dep.url = "path:/dep"; outputs = { self, dep }: { v = dep.v; lazy = 1; }; }"#,
            ),
            ("/flake/flake.lock", LOCK),
            ("/dep/flake.nix", "{ outputs = { self }: { v = 1; }; }"),
        ])
    };
    let program = |name: &str| format!(r#"(builtins.getFlake "path:/flake").{name}"#);
    for dialect in [Dialect::V2_26, Dialect::V2_34] {
        let lazy = evaluate(settings(dialect), io(), &program("lazy"));
        assert_eq!(lazy.unwrap(), "1");
        let failure = evaluate(settings(dialect), io(), &program("v")).unwrap_err();
        let message = String::from_utf8_lossy(&failure.message).into_owned();
        assert!(message.contains("mismatch"), "{message}");
    }
}

#[test]
fn what_a_flake_says_of_inputs_must_be_literal() {
    for (inputs, found) in [
        (r#"inputs.a.url = "path:" + "/x";"#, "a thunk"),
        ("inputs.a.url = 1;", "an integer"),
        ("inputs = [ ];", "a list"),
    ] {
        let text = format!("{{ {inputs} outputs = {{ self, a }}: {{ }}; }}");
        let io = in_memory(&[("/flake/flake.nix", &text)]);
        let program = r#"builtins.getFlake "path:/flake""#;
        let failure = evaluate(settings(Dialect::V2_34), io, program).unwrap_err();
        let message = String::from_utf8_lossy(&failure.message).into_owned();
        assert!(
            message.contains(&format!("but got {found} at")),
            "{message}"
        );
    }
}
