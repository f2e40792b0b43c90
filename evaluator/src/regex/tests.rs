//! What the oracle answered. Unless a test says otherwise the four releases
//! agree; every row was recorded with `nix-instantiate --eval --strict`.

use super::*;

/// Limits that a search linear in its subject stays far below.
const TIGHT: Limits = Limits {
    steps: 20_000_000,
    results: 1 << 24,
};

fn texts<'s>(subject: &'s str, captures: &Captures) -> Vec<Option<&'s str>> {
    let text = |span: &Option<(usize, usize)>| span.map(|(start, end)| &subject[start..end]);
    captures.groups.iter().map(text).collect()
}

/// `builtins.match pattern subject`.
fn matched<'s>(pattern: &str, subject: &'s str) -> Option<Vec<Option<&'s str>>> {
    let regex = Regex::new(pattern.as_bytes()).unwrap();
    let captures = regex.full_match(subject.as_bytes(), TIGHT).unwrap()?;
    assert_eq!(captures.span, (0, subject.len()));
    assert_eq!(captures.groups.len(), regex.group_count());
    Some(texts(subject, &captures))
}

/// `builtins.split pattern subject` as Nix prints it.
fn split(pattern: &str, subject: &str) -> String {
    let regex = Regex::new(pattern.as_bytes()).unwrap();
    let mut printed = String::from("[ ");
    let mut rest = 0;
    for found in regex.find_iter(subject.as_bytes(), TIGHT).unwrap() {
        let found = found.unwrap();
        printed += &format!("{:?} [ ", &subject[rest..found.span.0]);
        for group in texts(subject, &found) {
            printed += &group.map_or("null ".to_owned(), |text| format!("{text:?} "));
        }
        printed += "] ";
        rest = found.span.1;
    }
    printed + &format!("{:?} ]", &subject[rest..])
}

fn error(pattern: &str) -> Option<RegexError> {
    Regex::new(pattern.as_bytes()).err()
}

#[test]
fn match_gives_the_groups_of_the_oracle() {
    let cases: &[(&str, &str, &[Option<&str>])] = &[
        ("", "", &[]),
        ("()", "", &[Some("")]),
        ("(|a)", "a", &[Some("a")]),
        ("(a|)", "a", &[Some("a")]),
        ("(x|)", "", &[Some("")]),
        ("a|", "", &[]),
        ("|", "", &[]),
        // Alternatives in order, as long as the rest matches.
        (
            "(a|ab)(c|bcd)(d*)",
            "abcd",
            &[Some("a"), Some("bcd"), Some("")],
        ),
        ("(a*)(a*)", "aa", &[Some("aa"), Some("")]),
        ("(a*)(ab)*(b*)", "abb", &[Some("a"), None, Some("bb")]),
        ("(b|bc)*(cd|d)?", "bcd", &[Some("b"), Some("cd")]),
        ("(a|ab)*", "aba", &[Some("a")]),
        // The last round counts, …
        ("(a|b)*", "aab", &[Some("b")]),
        // … but groups of earlier rounds stay.
        ("((a)|(b))*", "ab", &[Some("b"), Some("a"), Some("b")]),
        ("((a)|b)*", "ab", &[Some("b"), Some("a")]),
        ("(a|b(c))*", "bca", &[Some("a"), Some("c")]),
        // One more round that consumes nothing.
        ("(a*)*", "aa", &[Some("")]),
        ("(a*)*", "", &[Some("")]),
        ("(a*)+", "aa", &[Some("")]),
        ("(a*)+", "", &[Some("")]),
        ("(a?)*", "aa", &[Some("")]),
        ("(|x)*", "xx", &[Some("")]),
        ("(()|a)*", "aa", &[Some(""), Some("")]),
        ("(()|a)+", "aa", &[Some(""), Some("")]),
        ("(a?){2,3}", "a", &[Some("")]),
        ("(a?){2,}", "a", &[Some("")]),
        // Counts.
        ("a{2,3}", "aa", &[]),
        ("a{2,}", "aaaa", &[]),
        ("a{0}", "", &[]),
        ("(a){0}", "", &[None]),
        ("(a){0,1}b", "b", &[None]),
        ("a{1}{2}", "aa", &[]),
        ("a{00002}", "aa", &[]),
        ("a**", "aa", &[]),
        ("a+*", "aa", &[]),
        ("a*?", "aa", &[]),
        ("a??", "a", &[]),
        // Anchors.
        ("^a$", "a", &[]),
        ("(^)*", "", &[Some("")]),
        ("a($)*", "a", &[Some("")]),
        ("a(^|b)c", "abc", &[Some("b")]),
        // Ordinary although they close something elsewhere.
        ("a]}", "a]}", &[]),
        (
            "\\^\\$\\.\\[\\\\\\(\\)\\*\\+\\?\\{\\|",
            "^$.[\\()*+?{|",
            &[],
        ),
        // Bytes, not characters; a dot takes a newline.
        (".", "\n", &[]),
        ("..", "é", &[]),
        ("[é]+", "é", &[]),
        ("[^a]+", "é", &[]),
        ("[[:w:]]+", "a_Z9", &[]),
        ("[[:ALPHA:]]+", "aZ", &[]),
    ];
    for (pattern, subject, groups) in cases {
        assert_eq!(
            matched(pattern, subject),
            Some(groups.to_vec()),
            "{pattern} {subject:?}"
        );
    }
}

#[test]
fn match_wants_the_whole_subject() {
    let cases = [
        ("", "a"),
        ("ab", "abc"),
        ("a^b", "a^b"),
        ("a$b", "a$b"),
        (".", "é"),
        ("[é]", "é"),
        // Quantified is the last byte alone.
        ("é+", "éé"),
        ("[[:alpha:]]", "é"),
        ("[[:graph:]]+", "a b"),
        (".", "\0"),
    ];
    for (pattern, subject) in cases {
        assert_eq!(matched(pattern, subject), None, "{pattern} {subject:?}");
    }
}

#[test]
fn split_cuts_where_the_oracle_cuts() {
    let cases = [
        ("", "", r#"[ "" [ ] "" ]"#),
        ("", "abc", r#"[ "" [ ] "a" [ ] "b" [ ] "c" [ ] "" ]"#),
        ("a*", "baac", r#"[ "" [ ] "b" [ ] "" [ ] "c" [ ] "" ]"#),
        (
            "x*",
            "baac",
            r#"[ "" [ ] "b" [ ] "a" [ ] "a" [ ] "c" [ ] "" ]"#,
        ),
        ("^a", "aaa", r#"[ "" [ ] "aa" ]"#),
        ("^", "ab", r#"[ "" [ ] "ab" ]"#),
        ("$", "ab", r#"[ "ab" [ ] "" ]"#),
        ("^|b", "abb", r#"[ "" [ ] "a" [ ] "" [ ] "" ]"#),
        ("b|$", "abb", r#"[ "a" [ ] "" [ ] "" [ ] "" ]"#),
        (
            "(^a|b)",
            "aabb",
            r#"[ "" [ "a" ] "a" [ "b" ] "" [ "b" ] "" ]"#,
        ),
        ("(a$|a)", "aa", r#"[ "" [ "a" ] "" [ "a" ] "" ]"#),
        (
            "(^|a|)",
            "aab",
            r#"[ "" [ "a" ] "" [ "a" ] "" [ "" ] "b" [ "" ] "" ]"#,
        ),
        // The longest alternative, …
        ("a|ab|abc", "xabcabd", r#"[ "x" [ ] "" [ ] "d" ]"#),
        ("(a|ab)(c|bcd)?", "abcd", r#"[ "" [ "a" "bcd" ] "" ]"#),
        ("(ab?|a)(bc)?", "abc", r#"[ "" [ "a" "bc" ] "" ]"#),
        ("(|a)", "ab", r#"[ "" [ "a" ] "" [ "" ] "b" [ "" ] "" ]"#),
        ("x?|ab", "abab", r#"[ "" [ ] "" [ ] "" [ ] "" ]"#),
        (
            "()|a",
            "aab",
            r#"[ "" [ null ] "" [ null ] "" [ "" ] "b" [ "" ] "" ]"#,
        ),
        // … but a repetition takes another round if it can.
        ("(a|ab)*", "abab", r#"[ "" [ "ab" ] "" [ null ] "" ]"#),
        ("(a|ab)*c?", "ababc", r#"[ "" [ "ab" ] "" [ null ] "" ]"#),
        (
            "(a|aab|b(c))*",
            "aabaabcab",
            r#"[ "" [ "a" "c" ] "" [ null null ] "b" [ null null ] "" ]"#,
        ),
        (
            "(a|b)*",
            "xabx",
            r#"[ "" [ null ] "x" [ "b" ] "" [ null ] "x" [ null ] "" ]"#,
        ),
        (
            "(a*)*",
            "bab",
            r#"[ "" [ "" ] "b" [ "" ] "" [ "" ] "b" [ "" ] "" ]"#,
        ),
        ("(|a)*", "aab", r#"[ "" [ "" ] "" [ "" ] "b" [ "" ] "" ]"#),
        ("a{2}", "aaaaa", r#"[ "" [ ] "" [ ] "a" ]"#),
        ("\n", "a\nb\n", r#"[ "a" [ ] "b" [ ] "" ]"#),
        ("a", "", r#"[ "" ]"#),
        (
            "(a)|(c)",
            "abc",
            r#"[ "" [ "a" null ] "b" [ null "c" ] "" ]"#,
        ),
    ];
    for (pattern, subject, expected) in cases {
        assert_eq!(split(pattern, subject), expected, "{pattern} {subject:?}");
    }
}

#[test]
fn malformed_patterns_are_invalid() {
    let cases = [
        "(",
        ")",
        "(a",
        "a)",
        "*a",
        "+a",
        "?a",
        "{",
        "{1}",
        "a{",
        "a{2",
        "a{,3}",
        "a{3,2}",
        "a{1,2,3}",
        "a{ 1}",
        "a{1 }",
        "a{x}",
        "a|*b",
        "(*b)",
        "^*",
        "(^*)",
        "$*",
        "$?",
        "\\d",
        "\\n",
        "\\<a",
        "(a)\\1",
        "\\}",
        "\\]",
        "\\-",
        "\\/",
        "a\\",
        "[",
        "[a-é]",
        "a\0",
        "a{1000000(",
    ];
    for pattern in cases {
        assert_eq!(error(pattern), Some(RegexError::Invalid), "{pattern}");
    }
}

#[test]
fn too_many_states_are_a_memory_error_even_before_a_syntax_error() {
    for pattern in [
        "a{99999}",
        "a{100000}",
        "a{2147483647}",
        "(a{100000}",
        "a{100000}(",
        "a{50000,100000}",
    ] {
        assert_eq!(error(pattern), Some(RegexError::MemoryLimit), "{pattern}");
    }
    for pattern in ["a{49998}", "((a{300}){300})", "((a{250}){250})"] {
        assert_eq!(error(pattern), None, "{pattern}");
    }
}

/// The largest count that the oracle accepts: the automata have the same size.
#[test]
fn the_state_limit_is_hit_by_the_same_count() {
    for (pattern, largest) in [
        ("a{N}", 99_993),
        ("(a|b?c+){N}", 8_331),
        ("(a|b?c+){1,N}", 7_691),
        ("(a*(b|c|)){N,}", 6_247),
        ("((a{2,3}b){7}|x?){N}", 1_233),
        ("a{N}{2}", 33_329),
        ("(a{N}|b){0,3}", 24_988),
    ] {
        let with = |count: u32| error(&pattern.replace('N', &count.to_string()));
        assert_eq!(with(largest), None, "{pattern}");
        assert_eq!(
            with(largest + 1),
            Some(RegexError::MemoryLimit),
            "{pattern}"
        );
    }
}

#[test]
fn counts_beyond_an_int_wrap_in_the_older_releases_only() {
    for (pattern, subject) in [
        ("a{4294967296}", ""),
        ("a{4294967297}", "a"),
        ("a{2147483648}", ""),
        ("a{18446744073709551617}", "a"),
        ("a{2147483648,}", "a"),
        ("a{2147483648,2147483649}", "a"),
        ("a{0,4294967297}", "a"),
    ] {
        assert_eq!(error(pattern), Some(RegexError::Invalid), "{pattern}");
        let wrapped = Regex::with_counts(pattern.as_bytes(), CountOverflow::Wraps).unwrap();
        let found = wrapped.full_match(subject.as_bytes(), TIGHT);
        assert!(found.unwrap().is_some(), "{pattern} {subject:?}");
    }
}

/// libstdc++ needs exponential time, or more stack than there is.
#[test]
fn hard_patterns_and_long_subjects_stay_cheap() {
    let long = "a".repeat(100_000);
    for pattern in [
        "a*", ".*a", "(a|b)*", "(a|aa)*", "(a|a)*", "a*a*a*a*", "(a*)*", "(a*)*b?",
    ] {
        assert!(matched(pattern, &long).is_some(), "{pattern}");
    }
    for pattern in ["(a|aa)*b", "(a|a)*b", "(a*)*b", "a*a*a*b", ".*[ab]+c"] {
        assert_eq!(matched(pattern, &long), None, "{pattern}");
    }
    for pattern in ["a+b", "a*b", "(a|aa)*b", "[ab]+c", "(a*b)?c"] {
        let regex = Regex::new(pattern.as_bytes()).unwrap();
        let mut matches = regex.find_iter(long.as_bytes(), TIGHT).unwrap();
        assert!(matches.next().is_none(), "{pattern}");
    }
}

#[test]
fn deep_and_wide_patterns_neither_recurse_nor_crawl() {
    let deep = format!("{}a{}", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(matched(&deep, "a"), Some(vec![Some("a"); 20_000]));
    let wide = format!("x{}", "|".repeat(30_000));
    assert_eq!(matched(&wide, "x"), Some(vec![]));
    let optional = format!("{}{}", "a?".repeat(500), "a".repeat(500));
    assert_eq!(matched(&optional, &"a".repeat(500)), Some(vec![]));
}

#[test]
fn a_limit_is_an_error_and_no_answer() {
    let regex = Regex::new(b"(a|b)*c").unwrap();
    let few = Limits {
        steps: 100,
        ..TIGHT
    };
    let subject = [b'a'; 1000];
    assert_eq!(regex.full_match(&subject, few), Err(RegexError::TooComplex));
    let small = Limits {
        results: 100,
        ..TIGHT
    };
    assert_eq!(
        regex.full_match(&subject, small),
        Err(RegexError::TooComplex)
    );
    let mut matches = regex.find_iter(&subject, few).unwrap();
    assert_eq!(matches.next(), Some(Err(RegexError::TooComplex)));
    assert_eq!(matches.next(), None);
}

#[test]
fn results_are_the_same_without_the_dense_table() {
    let regex = Regex::new(b"(a|ab)(c|bcd)(d*)").unwrap();
    let sparse = Limits {
        results: 16,
        ..TIGHT
    };
    assert_eq!(
        regex.full_match(b"abcd", sparse),
        regex.full_match(b"abcd", TIGHT)
    );
}

#[test]
fn messages_are_those_of_cpp_nix() {
    assert_eq!(
        RegexError::Invalid.to_string(),
        "invalid regular expression"
    );
    assert_eq!(
        RegexError::MemoryLimit.to_string(),
        "memory limit exceeded by regular expression"
    );
}
