//! Derivations as a store keeps them, and what is none. All are named `x`, for which their paths are right; some
//! releases accept what others refuse.

use super::pick;
use crate::choices::Choices;

/// A derivation that the newest release accepts.
pub struct Term {
    /// The features that it needs.
    pub needs: &'static [&'static str],
    /// The name of its first path.
    path: &'static str,
    text: &'static str,
}

const CA: &[&str] = &["ca-derivations"];
const CA_IMPURE: &[&str] = &["ca-derivations", "impure-derivations"];
const CA_DYNAMIC: &[&str] = &["ca-derivations", "dynamic-derivations"];
const CA_GIT: &[&str] = &["ca-derivations", "git-hashing"];
const DYNAMIC: &[&str] = &["dynamic-derivations"];

const fn term(needs: &'static [&'static str], path: &'static str, text: &'static str) -> Term {
    Term { needs, path, text }
}

const X: &str = "9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x";

/// `$P` is the path, `$G` one of something that is not there, `$M` one of a derivation that is not there, `$D` one
/// of a derivation that is, `$H` a hash; `S/` is the store.
#[rustfmt::skip]
pub const TERMS: &[Term] = &[
    // What comes out is known.
    term(&[], X, r#"Derive([("out","$P","sha256","$H")],[],[],"s","b",[],[("out","$P")])"#),
    term(&[], "d6q30mlzfljh7ha1b1m6fnifi34qr99p-x", r#"Derive([("out","$P","r:sha256","$H")],[],[],"s","b",[],[("name","x"),("out","$P")])"#),
    term(&[], "v4hm49i7f7fmjvrmdcda7qrcizb2ckkn-x", r#"Derive([("out","$P","md5","d41d8cd98f00b204e9800998ecf8427e")],[],[],"s","b",[],[("out","$P")])"#),
    term(&[], "mn86j4m8ccag3fxbjcnn16ka4mdx7i1y-x", r#"Derive([("out","$P","sha1","da39a3ee5e6b4b0d3255bfef95601890afd80709")],[],[],"s","b",[],[("out","$P")])"#),
    term(&[], "dii4qkmn9kdb6ziy6psgldkwa3k3gyia-x", r#"Derive([("out","$P","r:sha1","da39a3ee5e6b4b0d3255bfef95601890afd80709")],[],[],"s","b",[],[("out","$P")])"#),
    term(&[], X, r#"Derive([("out","$P","sha256","$H")],[("$D",["out"])],["$G"],"s","b",[],[("name","x"),("out","$P")])"#),
    term(&[], X, r#"Derive([("out","$P","sha256","$H")],[("$M",["dev","out"])],[],"s","b",[],[("out","$P")])"#),
    // What goes in decides.
    term(&[], "13yn4i5z7qdngm4n1wfbcvj5i36zmajx-x", r#"Derive([("out","$P","","")],[],[],"s","b",[],[("out","$P")])"#),
    term(&[], "8rrqs5as8b0nrbbpv91l4c5cvi5z0vkp-x", r#"Derive([("dev","S/v9v2z766h2nva010p5yk4421p0z3s7d3-x-dev","",""),("out","$P","","")],[],[],"s","b",[],[("dev","S/v9v2z766h2nva010p5yk4421p0z3s7d3-x-dev"),("out","$P")])"#),
    term(&[], "fv958g7cykr5gpraa4wj3pamgs2332f4-x", r#"Derive([("out","$P","","")],[],[],"s","b",["-c","a\nb\tc\rd\xe\"f\\"],[("name","n\""),("out","$P")])"#),
    term(&[], "9fqiymfkasfbspcqqdr3g1vjwxvf6gr7-x", r#"Derive([("out","$P","","")],[],["$G"],"s","b",[],[("out","$P")])"#),
    term(&[], "bg0cqw1h1avhbar7mmxxry2szcmmzb1l-x", r#"Derive([("out","$P","","")],[],[],"","",[],[("out","$P")])"#),
    term(&[], "iidihwpwh705gr3x8293avf2x35g769b-x", r#"Derive([("drv","S/wamzmxsbwxs17lwp2fh0r1fg6d2gjkdi-x-drv","",""),("out","$P","","")],[],[],"s","b",[],[("drv","S/wamzmxsbwxs17lwp2fh0r1fg6d2gjkdi-x-drv"),("out","$P")])"#),
    // Commas may be missing or lead, and more may follow.
    term(&[], "dz8sn0ifmhgg7lfbhq6kx1yq4fdwwsbm-x", r#"Derive([,("dev","S/4kclk4ck3ayi7r9h5ivjkc3bwlld30gi-x-dev","","")("out","$P","","")],[],[],"s","b",["a""b"],[,("dev","S/4kclk4ck3ayi7r9h5ivjkc3bwlld30gi-x-dev")("out","$P")])rest"#),
    // Only the newest accept these.
    term(&[], "2j8q4y02x8km1fg09g6md51c4vmdlv10-x", r#"Derive([("out","$P","","")],[],[],"s","b",[],[("__json","{\"b\":[1,null],\"a\":\"x\"}"),("out","$P")])"#),
    term(&[], "36l6rp1anbk5pq540cmbhpk5lj28nkc4-x", r#"Derive([("out","$P","","")],[],[],"s","b",[],[])"#),
    term(&[], "13yn4i5z7qdngm4n1wfbcvj5i36zmajx-x", r#"Derive([("out","$P","","")],[],[],"s","b",[],[("out","x")])"#),
    term(CA, "13yn4i5z7qdngm4n1wfbcvj5i36zmajx-x", r#"Derive([("out","","","")],[],[],"s","b",[],[("out","$P")])"#),
    term(&[], X, r#"Derive([("out","$G","sha256","$H")],[],[],"s","b",[],[("out","$P")])"#),
    term(&["blake3-hashes"], "86ngnmq4bw13mk20h3cryl5kz614vq7x-x", r#"Derive([("out","$P","blake3","$H")],[],[],"s","b",[],[("out","$P")])"#),
    // What comes out decides.
    term(CA, X, r#"Derive([("out","","sha256","")],[],[],"s","b",[],[])"#),
    term(CA, X, r#"Derive([("out","","r:sha256","")],[("$D",["out"])],[],"s","b",[],[("out","x")])"#),
    term(CA, X, r#"Derive([("dev","","r:sha1",""),("out","","r:sha1","")],[],[],"s","b",[],[])"#),
    term(CA_IMPURE, X, r#"Derive([("out","","r:sha256","impure")],[],[],"s","b",[],[])"#),
    term(CA_DYNAMIC, X, r#"Derive([("out","","text:sha256","")],[],[],"s","b",[],[])"#),
    term(CA_GIT, X, r#"Derive([("out","","git:sha1","")],[],[],"s","b",[],[])"#),
    term(DYNAMIC, "gakslir528a29f7ppaf28ip8rdwqcnss-x", r#"Derive([("out","$P","text:sha256","$H")],[],[],"s","b",[],[("out","$P")])"#),
    term(&["git-hashing"], "w6av5fw9i9xc2xl2f5pr046bfh47qhc8-x", r#"Derive([("out","$P","git:sha1","da39a3ee5e6b4b0d3255bfef95601890afd80709")],[],[],"s","b",[],[("out","$P")])"#),
    // What an output of a derivation is, is one.
    term(DYNAMIC, X, r#"DrvWithVersion("xp-dyn-drv",[("out","$P","sha256","$H")],[("$D",["out"])],[],"s","b",[],[("out","$P")])"#),
    term(DYNAMIC, "36l6rp1anbk5pq540cmbhpk5lj28nkc4-x", r#"DrvWithVersion("xp-dyn-drv",[("out","$P","","")],[],[],"s","b",[],[])"#),
    term(CA_DYNAMIC, X, r#"DrvWithVersion("xp-dyn-drv",[("out","","r:sha256","")],[("$D",(["out"],[("a",["b"]),("out",([],[("b",["c","d"])]))]))],[],"s","b",[],[])"#),
    term(CA_DYNAMIC, X, r#"DrvWithVersion("xp-dyn-drv",[("out","","text:sha256","")],[("$D",(["out"],[]))],["$G"],"s","b",[],[])"#),
];

/// What is refused; where a text is cut short, it is so after what 2.3 refuses, and in no string: older releases
/// read on past the end.
#[rustfmt::skip]
const NONE: &[&str] = &[
    "",
    "hello",
    "Deriv",
    "Derive(",
    "Derive(\"a\"",
    "Dx",
    "Dr",
    "DrvWithVersion(x",
    "DrvWithVersion(\"xp-other\",",
    r#"DrvWithVersion("xp-dyn-drv"x"#,
    r#"Derive([],[],[],"s","b",[],[])"#,
    // Cut short.
    r#"Derive([("out","","""#,
    r#"Derive([("out","","","""#,
    r#"Derive([("out","","","")"#,
    r#"Derive([("out","","","")]"#,
    r#"Derive([("out","","","")],["#,
    r#"Derive([("out","","","")],[]x"#,
    r#"Derive([("out","","","")],[],x"#,
    r#"Derive([("out","","","")],[],[],"s""#,
    r#"Derive([("out","","","")],[],[],"s","b""#,
    r#"Derive([("out","","","")],[],[],"s","b",["#,
    r#"Derive([("out","","","")],[],[],"s","b",[],[("a","b""#,
    r#"Derive([("out","","","")],[],[],"s","b",[],[]"#,
    // Something else stands there.
    r#"Derive([("out","$G","",""),],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","","")],[("$M","out")],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","","")],[("$M",(["out"],[]))],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","","")],[],[],s,"b",[],[])"#,
    r#"Derive([("out","$G","","")],[],[],"s","b",[1],[])"#,
    r#"Derive([("out","$G","","")],[],[],"s","b",[],[("a")])"#,
    r#"Derive([("out","$G","","")],[],[],"s","b",[],[("a","b","c")])"#,
    // Paths.
    r#"Derive([("out","x","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","/x","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","S/x","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","S/e0000000000000000000000000000000-g","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","S/00000000000000000000000000000000-a b","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G/sub","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","","","")],[("i.drv",["out"])],[],"s","b",[],[])"#,
    r#"Derive([("out","","","")],[("/i.drv",["out"])],[],"s","b",[],[])"#,
    r#"Derive([("out","","","")],[("$M",["out"])],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","","")],[],["x"],"s","b",[],[])"#,
    r#"Derive([("out","$G","","")],[],["/x"],"s","b",[],[])"#,
    r#"Derive([("out","$G","","")],[],["$G/y"],"s","b",[],[])"#,
    // Hashes.
    r#"Derive([("out","$G","foo","00")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","sha256","00")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","sha256","zz")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","md5","eeeeeeeeeeeeeeeeeeeeeeeeee")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","md5","gggggggggggggggggggggggggggggggg")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","sha256","sha256-$H")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","","sha256","$H")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","x","sha256","$H")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","","r:foo","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","","r:foo","impure")],[],[],"s","b",[],[])"#,
    // What follows is something else.
    r#"Derive([("out","$G","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","","")],[],[],"s","b",[],[("a","1"),("a","2"),("out","$G")])"#,
    r#"Derive([("out","$G","",""),("out","S/x","","")],[],["S/x"],"s","b",[],[])"#,
    r#"Derive([("drv","$G","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("","$G","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("a b","$G","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","","","")],[],[],"s","b",[],[("out","")])"#,
    r#"Derive([("out","","",""),("dev","","","")],[],[],"s","b",[],[("out","$G")])"#,
    r#"Derive([("out","$G","sha256","$H")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","r:sha256","$H")],[],[],"s","b",[],[("out","$G")])"#,
    r#"Derive([("out","S/9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x","sha256","$H")],[],[],"s","b",[],[("out","x")])"#,
    r#"Derive([("out","S/9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x","sha256","$H")],[],[],"s","b",[],[("out","S/x")])"#,
    r#"Derive([("out","$G","","")],[],[],"s","b",[],[("__json","{"),("out","$G")])"#,
    r#"Derive([("out","$G","","")],[],[],"s","b",[],[("__json","[]"),("out","$G")])"#,
    // Outputs that do not go together.
    r#"Derive([("foo","S/kbi1yx2ir7lszn059j5cpphgnr5609g0-x-foo","sha256","$H")],[],[],"s","b",[],[("foo","S/kbi1yx2ir7lszn059j5cpphgnr5609g0-x-foo")])"#,
    r#"Derive([("dev","S/pk1cnwg5nak36775nf7nn4iy32gj8qdh-x-dev","sha256","$H"),("out","S/9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x","sha256","$H")],[],[],"s","b",[],[("dev","S/pk1cnwg5nak36775nf7nn4iy32gj8qdh-x-dev"),("out","S/9zicq1m4wy4bv50xa4l1jk4kpyy41kih-x")])"#,
    r#"Derive([("dev","$G","sha256","$H"),("out","$G","sha256","$H")],[],[],"s","b",[],[])"#,
    r#"Derive([("out","$G","",""),("dev","","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("dev","$G","sha256","$H"),("out","$G","","")],[],[],"s","b",[],[])"#,
    r#"Derive([("dev","","r:sha1",""),("out","","r:sha256","")],[],[],"s","b",[],[])"#,
    r#"Derive([("dev","","",""),("out","","r:sha256","")],[],[],"s","b",[],[])"#,
    r#"Derive([("dev","","r:sha256","impure"),("out","","r:sha256","")],[],[],"s","b",[],[])"#,
    r#"Derive([("dev","$G","",""),("out","","r:sha256","")],[],[],"s","b",[],[])"#,
    // Outputs of outputs.
    r#"DrvWithVersion("xp-dyn-drv",[("out","$G","","")],[],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","$G","","")],[("$M",["out"])],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","","","")],[("$M",(["out"],[("a",["b"])]))],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","","","")],[("$M",x)],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","","","")],[("$M","#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","","","")],[("$M",(["a"]))],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","","","")],[("$M",(["a"],["a"]))],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","","","")],[("$M",(["a"],[("a",x)]))],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","","","")],[("$M",(["a"],[("a",["b"])x))],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","$G","r:sha256","")],[],[],"s","b",[],[])"#,
    r#"DrvWithVersion("xp-dyn-drv",[("out","$G","r:sha256","impure")],[],[],"s","b",[],[])"#,
];

impl Term {
    /// Its text. `$D` is left for the path of a derivation that is there.
    pub fn text(&self) -> String {
        written(&self.text.replace("$P", &format!("S/{}", self.path)))
    }
}

/// A text that is refused.
pub fn refused(choices: &mut dyn Choices) -> String {
    written(pick(choices, NONE))
}

fn written(text: &str) -> String {
    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    text.replace("$G", "S/00000000000000000000000000000000-g")
        .replace("$M", "S/00000000000000000000000000000000-i.drv")
        .replace("$H", HASH)
        .replace("S/", "/nix/store/")
}
