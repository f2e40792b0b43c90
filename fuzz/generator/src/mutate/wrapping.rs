//! The mutation that wraps an expression.

use arbitrary::{Result, Unstructured};

use super::{Subject, choose, subtrees::any};
use crate::lossless::Edit;

/// What can stand around an expression, whose place `%` holds. What it was is mostly still in what it
/// becomes, so that the programs around it go on to mean something.
const WRAPPERS: &[&str] = &[
    "(builtins.tryEval %)",
    "(builtins.tryEval %).value",
    "(builtins.tryEval (builtins.deepSeq % 1)).success",
    "(let w = %; in w)",
    "(let w = %; in [ w w ])",
    "(let w = %; in builtins.seq w w)",
    "(let w = %; in w == w)",
    "(rec { w = %; v = w; }).v",
    "(let { body = %; })",
    "(with { }; %)",
    "(with { w = %; }; w)",
    "((w: w) %)",
    "((w: %) null)",
    "((_: %) (throw \"never\"))",
    "((w: w w) (w: %))",
    "({ w ? % }: w) { }",
    "({ w, ... }@v: v.w) { w = %; }",
    "(%)",
    "[ % ]",
    "(builtins.head [ % (throw \"never\") ])",
    "(builtins.elemAt [ null % ] 1)",
    "{ w = %; }",
    "{ w = %; }.w",
    "{ w.v = %; }.w.v",
    "({ w = 1; } // { w = %; }).w",
    "({ } // %)",
    "([ ] ++ %)",
    "\"${%}\"",
    "(toString %)",
    "(\"\" + %)",
    "(0 + %)",
    "(- %)",
    "(! %)",
    "(!(! %))",
    "(% == %)",
    "(% or null)",
    "(%.w or %)",
    "(% ? w)",
    "(builtins.seq % %)",
    "(builtins.deepSeq % %)",
    "(builtins.seq % 1)",
    "(builtins.trace \"w\" %)",
    "(builtins.trace % 1)",
    "(builtins.addErrorContext \"w\" %)",
    "(throw %)",
    "(throw (toString %))",
    "(abort %)",
    "(assert %; 1)",
    "(assert true; %)",
    "(if % then 1 else 2)",
    "(if true then % else throw \"never\")",
    "(map (w: %) [ 1 2 ])",
    "(map (w: w) %)",
    "(builtins.genList (w: %) 2)",
    "(builtins.filter (w: true) %)",
    "(builtins.foldl' (w: v: v) null %)",
    "(builtins.concatLists [ % % ])",
    "(builtins.mapAttrs (w: v: v) %)",
    "(builtins.attrNames %)",
    "(builtins.attrValues %)",
    "(builtins.length %)",
    "(builtins.typeOf %)",
    "(builtins.isFunction %)",
    "(builtins.functionArgs %)",
    "(builtins.toJSON %)",
    "(builtins.fromJSON (builtins.toJSON %))",
    "(builtins.toXML %)",
    "(builtins.hashString \"sha256\" %)",
    "(builtins.getContext %)",
    "(builtins.unsafeDiscardStringContext %)",
    "(builtins.stringLength %)",
    "(builtins.substring 0 2 %)",
    "(builtins.sort builtins.lessThan %)",
    "(builtins.genericClosure { startSet = [ { key = %; } ]; operator = w: [ ]; })",
    "(builtins.listToAttrs [ { name = \"w\"; value = %; } ])",
    "(builtins.removeAttrs % [ \"w\" ])",
    "(builtins.intersectAttrs % %)",
    "(builtins.elem % [ % ])",
    "(builtins.functionArgs (w: %))",
    "{ __functor = w: v: %; }",
    "({ __functor = w: v: %; } 1)",
    "{ __toString = w: %; }",
    "{ outPath = %; }",
    "(derivation { name = \"w\"; system = \"s\"; builder = \"b\"; w = %; }).drvPath",
    "(derivation { name = %; system = \"s\"; builder = \"b\"; }).name",
];

pub(super) fn wrap(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let Some(place) = any(u, subject)? else {
        return Ok(None);
    };
    let Some(wrapper) = choose(u, WRAPPERS)? else {
        return Ok(None);
    };
    let text = wrapper.replace('%', &format!("({})", place.text()));
    let text = if text.starts_with('(') && text.ends_with(')') || text.starts_with(['[', '"']) {
        text
    } else {
        format!("({text})")
    };
    Ok(Some(vec![Edit::expression(&place, text)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lossless;

    #[test]
    fn every_wrapper_can_be_read() {
        for wrapper in WRAPPERS {
            assert!(
                lossless::parse(&wrapper.replace('%', "(x)")).is_some(),
                "{wrapper}"
            );
        }
    }
}
