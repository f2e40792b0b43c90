use crate::builtins::testing::{check, fails};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;

#[test]
fn answers_of_every_release() {
    check(&[
        (
            r#"builtins.toXML { a = 1; b = [ 1.5 "x<" true null ]; c = x: x; d = { a, b ? 1, ... }@z: 1; e = builtins.add; }"#,
            r#""<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <attrs>\n    <attr name=\"a\">\n      <int value=\"1\" />\n    </attr>\n    <attr name=\"b\">\n      <list>\n        <float value=\"1.5\" />\n        <string value=\"x&lt;\" />\n        <bool value=\"true\" />\n        <null />\n      </list>\n    </attr>\n    <attr name=\"c\">\n      <function>\n        <varpat name=\"x\" />\n      </function>\n    </attr>\n    <attr name=\"d\">\n      <function>\n        <attrspat ellipsis=\"1\" name=\"z\">\n          <attr name=\"a\" />\n          <attr name=\"b\" />\n        </attrspat>\n      </function>\n    </attr>\n    <attr name=\"e\">\n      <unevaluated />\n    </attr>\n  </attrs>\n</expr>\n""#,
        ),
        (
            r#"builtins.toXML { type = "derivation"; drvPath = "/d"; outPath = "/o"; x = { type = "derivation"; drvPath = "/d"; }; }"#,
            r#""<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <derivation drvPath=\"/d\" outPath=\"/o\">\n    <attr name=\"drvPath\">\n      <string value=\"/d\" />\n    </attr>\n    <attr name=\"outPath\">\n      <string value=\"/o\" />\n    </attr>\n    <attr name=\"type\">\n      <string value=\"derivation\" />\n    </attr>\n    <attr name=\"x\">\n      <derivation drvPath=\"/d\">\n        <repeated />\n      </derivation>\n    </attr>\n  </derivation>\n</expr>\n""#,
        ),
        (
            r#"builtins.toXML { type = "derivation"; drvPath = 1; a = throw "z"; }"#,
            r#""<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <derivation>\n    <repeated />\n  </derivation>\n</expr>\n""#,
        ),
    ]);
}

#[test]
fn refusals() {
    let table: &[(&[Dialect], &str, ErrorKind, &str)] = &[
        (
            &Dialect::ALL,
            r#"builtins.toXML (throw "a")"#,
            ErrorKind::Throw,
            "a",
        ),
        (
            &Dialect::ALL,
            r#"builtins.toXML [ { type = throw "x"; } ]"#,
            ErrorKind::Throw,
            "x",
        ),
    ];
    for (dialects, program, kind, message) in table {
        fails(dialects, program, *kind, message);
    }
}
