//! Where `derivation` points to, and outputs of outputs, which only a store that is
//! written to can show.

use crate::builtins::internal::{DERIVATION, OLD_DERIVATION};
use crate::dialect::Dialect;
use crate::io::MemoryIo;
use crate::job::{Input, Job, run};
use crate::state::Settings;

/// Where errors in `derivation` point to, as those of C++ Nix do: the line and
/// column of each word, counted from 1.
fn place(text: &'static [u8], word: &str) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(text).ok()?;
    text.lines()
        .enumerate()
        .find_map(|(line, words)| Some((line + 1, words.find(word)? + 1)))
}

#[test]
fn positions_are_those_of_the_releases() {
    let place = |word| place(DERIVATION, word);
    assert_eq!(place("drvAttrs@{"), Some((30, 1)));
    assert_eq!(place("derivationStrict drvAttrs"), Some((37, 12)));
    assert_eq!(place("(builtins.listToAttrs"), Some((41, 8)));
    assert_eq!(place("map (one:"), Some((43, 13)));
    assert_eq!(place("outPath = builtins"), Some((50, 7)));
    assert_eq!(place("builtins.getAttr"), Some((50, 17)));
    assert_eq!(place("map byName outputs"), Some((57, 17)));
    assert_eq!(place("(builtins.head"), Some((60, 1)));
}

#[test]
fn positions_are_those_of_older_releases() {
    let place = |word| place(OLD_DERIVATION, word);
    assert_eq!(place("drvAttrs@{"), Some((4, 1)));
    assert_eq!(place("derivationStrict drvAttrs"), Some((8, 12)));
    assert_eq!(place("map (one:"), Some((11, 13)));
    assert_eq!(place("builtins.getAttr"), Some((18, 19)));
    assert_eq!(place("map byName outputs"), Some((25, 17)));
}

/// What 2.26.3 and 2.34.8 say with `--read-write-mode` and a store of their own: in
/// read-only evaluation the derivation that `outputOf` asks about is not there.
const OUTPUTS_OF_OUTPUTS: &[(&str, &str)] = &[
    (
        r#"let d = derivation { name = "x"; system = "s"; builder = "/b"; }; o = builtins.outputOf (builtins.unsafeDiscardOutputDependency d.drvPath) "out"; in [ (o == d.outPath) o ]"#,
        r#"[ true "/nix/store/irfh3cry3rcd0iby28idy248a9jnp02n-x" ]"#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }; o = builtins.outputOf p.outPath "out"; in builtins.outputOf (builtins.outputOf (builtins.outputOf p.outPath "a") "b") "c""#,
        r#""/0qfvgcswk4vns9bisp9w27sj7dyw1zqrxzspa0dg4z17y3lxiq8k""#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }; o = builtins.outputOf p.outPath "out"; in let e = derivation { name = "x"; system = "s"; builder = "/b"; a = o; }; in [ e.drvPath e.outPath ]"#,
        r#"[ "/nix/store/b692fgajd13nsy92xa2pb4psrjqb826d-x.drv" "/1hfgpz60rnq51pgrmnqf1wg53p4w259qr5iqqjqfhgd1h2djlrn3" ]"#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }; o = builtins.outputOf p.outPath "out"; in let e = derivation { name = "x"; system = "s"; builder = "/b"; a = builtins.outputOf o "dev"; b = p; c = builtins.outputOf p.outPath "lib"; }; in [ e.drvPath e.outPath ]"#,
        r#"[ "/nix/store/3gcc51vl1r6bsb12zyhapz1vkdn9plg7-x.drv" "/10dibk1prbpxpyj7nd32dwn7mn2cwnm0464v57di7xs8yz7jwr88" ]"#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }; o = builtins.outputOf p.outPath "out"; in let e = derivation { name = "x"; system = "s"; builder = "/b"; __structuredAttrs = true; a = [ o ]; }; in [ e.drvPath e.outPath ]"#,
        r#"[ "/nix/store/3732zd0anxvljjbqh8dryl1yplb1xrpl-x.drv" "/0k3gmqdjkv2l8y331q1nyx6rizzx46h0n7zr5g6zqcrcv264rwcj" ]"#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; outputHashMode = "text"; outputHashAlgo = "sha256"; outputHash = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"; }; e = derivation { name = "x"; system = "s"; builder = "/b"; a = builtins.outputOf p.outPath "out"; }; in [ e.drvPath e.outPath ]"#,
        r#"[ "/nix/store/bds1lhra3yshbp06hh4zav79sqkk131f-x.drv" "/nix/store/05vl7hgzwpwq0n2priv2i8c6pg067qm4-x" ]"#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }; o = builtins.outputOf p.outPath "out"; in builtins.addDrvOutputDependencies o"#,
        r#"`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as 'out'"#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }; o = builtins.outputOf p.outPath "out"; in builtins.getContext o"#,
        r#"cannot operate on output 'out' of the unbuilt derivation '/nix/store/3524pk7iry011p5bsj9hkins7yzllwaj-p.drv.drv'"#,
    ),
    (
        r#"let p = derivation { name = "p.drv"; system = "s"; builder = "/b"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }; o = builtins.outputOf p.outPath "out"; in builtins.toFile "x" o"#,
        r#"files created by builtins.toFile may not reference derivations, but x references !out!out!3524pk7iry011p5bsj9hkins7yzllwaj-p.drv.drv"#,
    ),
];

#[test]
fn outputs_of_outputs_are_those_of_the_releases() {
    for dialect in [Dialect::V2_26, Dialect::V2_34] {
        for (program, wanted) in OUTPUTS_OF_OUTPUTS {
            let features = ["ca-derivations", "dynamic-derivations"];
            let job = Job {
                settings: Settings {
                    dialect,
                    read_only: false,
                    features: features.map(str::to_owned).to_vec(),
                    ..Settings::default()
                },
                ..Job::of(Input::Expression(program.as_bytes().to_vec()))
            };
            let found = run(&job, Box::new(MemoryIo::default()), Box::new(|_| {}))
                .unwrap_or_else(|failure| failure.message);
            assert_eq!(&String::from_utf8_lossy(&found), wanted, "{program}");
        }
    }
}
