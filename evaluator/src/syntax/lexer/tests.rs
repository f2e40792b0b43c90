//! The longest match wins, and the state decides which tokens there are.

use super::Lexer;
use crate::syntax::options::SyntaxOptions;
use crate::syntax::token::Kind;

/// The kinds and texts of all tokens, or the message of the first refusal.
fn tokens(source: &str) -> String {
    let mut lexer = Lexer::new(source.as_bytes(), &SyntaxOptions::default());
    let mut out = Vec::new();
    loop {
        match lexer.next() {
            Ok(token) if token.kind == Kind::End => return out.join(" "),
            Ok(token) if token.kind == Kind::PathEnd => out.push("PathEnd".to_string()),
            Ok(token) => {
                let text = &source[token.start as usize..token.end as usize];
                out.push(format!("{:?}`{text}`", token.kind));
            }
            Err(error) => return error.message,
        }
    }
}

#[test]
fn names_paths_and_urls_start_alike() {
    assert_eq!(tokens("a-b'"), "Id`a-b'`");
    assert_eq!(tokens("a/b"), "Path`a/b` PathEnd");
    assert_eq!(tokens("a:b"), "Uri`a:b`");
    assert_eq!(tokens("a:"), "Id`a` Colon`:`");
    assert_eq!(tokens("a+b:c"), "Uri`a+b:c`");
    assert_eq!(tokens("a'b/c"), "Id`a'b` Path`/c` PathEnd");
    assert_eq!(tokens("_a:b"), "Id`_a` Colon`:` Id`b`");
    assert_eq!(tokens("http://a/b"), "Uri`http://a/b`");
    assert_eq!(tokens("or orx"), "Or`or` Id`orx`");
}

#[test]
fn numbers_may_be_paths() {
    assert_eq!(
        tokens("1.5 1. .5 1.e3"),
        "Float`1.5` Float`1.` Float`.5` Float`1.e3`"
    );
    assert_eq!(tokens("1e3 00.5"), "Int`1` Id`e3` Int`00` Float`.5`");
    assert_eq!(tokens("1/2"), "Path`1/2` PathEnd");
    assert_eq!(
        tokens("9223372036854775808"),
        "invalid integer '9223372036854775808'"
    );
}

#[test]
fn operators_give_way_to_paths() {
    assert_eq!(
        tokens("- -a -a/b"),
        "Minus`-` Minus`-` Id`a` Path`-a/b` PathEnd"
    );
    assert_eq!(tokens("++ +++/a"), "Concat`++` Path`+++/a` PathEnd");
    assert_eq!(tokens("... .../a"), "Ellipsis`...` Path`.../a` PathEnd");
    assert_eq!(
        tokens("// /a //a"),
        "Update`//` Path`/a` PathEnd Update`//` Id`a`"
    );
    assert_eq!(
        tokens("<a/b> <a/b <= <"),
        "SearchPath`<a/b>` Less`<` Path`a/b` PathEnd LessEq`<=` Less`<`"
    );
}

#[test]
fn paths_go_on_after_interpolations() {
    assert_eq!(
        tokens("./${a}/b.c;"),
        "Path`./` DollarCurly`${` Id`a` RightBrace`}` Str`/b.c` PathEnd Semicolon`;`"
    );
    assert_eq!(tokens("a/ "), "Id`a` Slash`/`");
    assert_eq!(tokens("a/b/ "), "path has a trailing slash");
}

#[test]
fn comments_end_at_either_line_end() {
    assert_eq!(
        tokens("a # b\rc /* d */ e /**/ f"),
        "Id`a` Id`c` Id`e` Id`f`"
    );
    assert_eq!(tokens("a /*/ b"), "Id`a` Slash`/` Star`*` Slash`/` Id`b`");
}

#[test]
fn dollars_in_strings_escape_each_other() {
    assert_eq!(
        tokens(r#""$$${a}$""#),
        "Quote`\"` Str`$$` DollarCurly`${` Id`a` RightBrace`}` Str`$` Quote`\"`"
    );
    assert_eq!(
        tokens("''a'b''$'''''\\x$${''"),
        "IndOpen`''` IndStr`a'b` IndStr`''$` IndStr`'''` IndStr`''\\x` IndStr`$${` IndClose`''`"
    );
}
