//! The outputs of a derivation: their names, and how their paths come about. A path follows from what goes
//! in, or from what comes out; where that is not known yet, a placeholder stands for it.

use super::Generator;
use crate::{
    config::Release,
    grammar,
    tree::{Binding, Expr},
};

impl Generator<'_> {
    /// Says how the paths come about, or names the outputs. `strict`: it goes to the builtin itself,
    /// which takes names as one string, too.
    pub(super) fn outputs(&mut self, bindings: &mut Vec<Binding>, strict: bool, structured: bool) {
        match self.below(if strict { 5 } else { 9 }) {
            0 | 1 => self.named(bindings, strict && !structured),
            2 | 3 => self.fixed(bindings),
            4 => self.floating(bindings, strict && !structured),
            _ => {}
        }
    }

    fn named(&mut self, bindings: &mut Vec<Binding>, as_text: bool) {
        if as_text && self.chance(60) {
            let outputs = self.pick(&[
                "out dev",
                "out\ndev",
                " dev\tout ",
                "out",
                "bin \n out\r\nman",
            ]);
            return bindings.push(Binding::named("outputs", Expr::text(outputs)));
        }
        let outputs = self.pick(&[
            &["out", "dev"][..],
            &["out"],
            &["bin", "out", "man"],
            &["dev", "out"],
        ]);
        let outputs = outputs.iter().map(|name| Expr::text(name)).collect();
        bindings.push(Binding::named("outputs", Expr::List(outputs)));
    }

    /// What comes out is known.
    fn fixed(&mut self, bindings: &mut Vec<Binding>) {
        let (algorithm, hash) = if self.since(Release::V2_26) && self.chance(8) {
            // Nobody knows it yet: the releases assume one, and say so.
            ("sha256", String::new())
        } else {
            grammar::hash(self.choices)
        };
        let named = hash.contains([':', '-']);
        bindings.push(Binding::named("outputHash", Expr::text(&hash)));
        match self.below(3) {
            // The hash says it itself.
            0 if named => {}
            1 if named => bindings.push(Binding::named("outputHashAlgo", Expr::text(""))),
            _ => bindings.push(Binding::named("outputHashAlgo", Expr::text(algorithm))),
        }
        if self.chance(60) {
            let mode = self.mode(algorithm);
            bindings.push(Binding::named("outputHashMode", Expr::text(mode)));
        }
    }

    /// What is hashed; behind features also the text of a derivation, or a tree as git sees it.
    fn mode(&mut self, algorithm: &str) -> &'static str {
        match self.below(8) {
            0 | 1 if self.since(Release::V2_26) => "nar",
            2 if self.wishes("dynamic-derivations") && algorithm == "sha256" => "text",
            3 if self.wishes("git-hashing") && ["sha1", "sha256"].contains(&algorithm) => "git",
            4 | 5 => "flat",
            _ => "recursive",
        }
    }

    /// What comes out decides, and is not known: behind a feature.
    fn floating(&mut self, bindings: &mut Vec<Binding>, as_text: bool) {
        if !self.wishes("ca-derivations") {
            return self.named(bindings, as_text);
        }
        // What stands for an output that is not known needs the first feature for both.
        let flag = if self.wishes("impure-derivations") && self.chance(50) {
            "__impure"
        } else {
            "__contentAddressed"
        };
        bindings.push(Binding::named(flag, self.boolean(true)));
        if self.chance(40) {
            self.named(bindings, as_text);
        }
        let algorithm = self.pick(&["sha256", "sha256", "sha1", "sha512"]);
        if self.chance(60) {
            bindings.push(Binding::named("outputHashAlgo", Expr::text(algorithm)));
            if self.chance(70) {
                let mode = self.mode(algorithm);
                bindings.push(Binding::named("outputHashMode", Expr::text(mode)));
            }
        }
    }
}
