//! Says the same with another builtin or operator: of several that have one thing in common, the one that is
//! used for all of them. A bug in what they have in common shows in each, and is one program in the end.

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::{
    bytes::{as_bytes, as_text},
    edit::{Splice, spliced},
    printer,
    scope::bound_in,
    source::Source,
    syntax::{
        Level, atom, attribute_name, attributes, bare, children, entries, fitted, is_expression,
        parse, range, tokens,
    },
};

/// One way to say it: what a node is written as, and how tightly that holds together.
type Row = fn(&SyntaxNode) -> Option<(String, Level)>;

/// The table. What one row writes none takes up again.
const ROWS: &[Row] = &[
    piped,
    equality,
    membership,
    condition,
    regex,
    concatenation,
    update,
    coercion,
    arithmetic,
    difference,
    application,
    called_for_each,
    indented,
    text,
    function,
    traced,
    environment,
    derivation,
    context,
    bare_context,
    partial,
];

/// Builtins that take more than one argument: with one they are functions.
const OF_MORE: &[&str] = &[
    "add",
    "all",
    "any",
    "bitAnd",
    "bitOr",
    "bitXor",
    "catAttrs",
    "compareVersions",
    "concatMap",
    "concatStringsSep",
    "deepSeq",
    "div",
    "elem",
    "elemAt",
    "filter",
    "foldl'",
    "genList",
    "getAttr",
    "groupBy",
    "hasAttr",
    "hashString",
    "intersectAttrs",
    "lessThan",
    "mapAttrs",
    "match",
    "mul",
    "partition",
    "removeAttrs",
    "replaceStrings",
    "seq",
    "sort",
    "split",
    "sub",
    "substring",
    "toFile",
    "trace",
    "unsafeGetAttrPos",
    "zipAttrsWith",
];

/// A list of no more elements is written out.
const MOST: usize = 64;

/// The builtins that do what an operator does.
const OPERATORS: [(&str, &str); 5] = [
    ("add", "+"),
    ("div", "/"),
    ("lessThan", "<"),
    ("mul", "*"),
    ("sub", "-"),
];

/// The builtins that call their first argument with one element of their second, and those that do with two.
const OF_ONE: &[&str] = &[
    "all",
    "any",
    "concatMap",
    "filter",
    "groupBy",
    "map",
    "partition",
];
const OF_TWO: &[&str] = &["sort"];

/// The attribute that has the others written as JSON.
const STRUCTURED: &str = "__structuredAttrs";

/// A string with the context that the path of a derivation has, made of nothing else.
const DEPENDENT: &str = "builtins.appendContext \"\" { \"/nix/store/00000000000000000000000000000000.drv\".allOutputs = true; }";

/// What every derivation has to have.
const REQUIRED: [(&str, &str); 3] = [("name", "\"a\""), ("system", "0"), ("builder", "0")];

/// The program said in other ways: each row wherever it applies, then at one place at a time. They mean about the
/// same; whether they show the same has to be asked.
pub fn restatements(source: &Source) -> Vec<Source> {
    let source = as_text(source);
    let Some(text) = source.nix(&None).filter(|_| source.files.is_empty()) else {
        return Vec::new();
    };
    let (root, _) = parse(text);
    let mut said = Vec::new();
    for row in ROWS {
        let places = root.descendants().filter(is_expression);
        let splices: Vec<Splice> = places
            .filter_map(|node| {
                let (text, level) = row(&node)?;
                let text = format!(" {} ", fitted(&text, level, &node));
                Some(Splice {
                    range: range(&node),
                    text,
                })
            })
            .collect();
        let mut end = 0;
        let mut apart = splices.clone();
        apart.retain(|splice| {
            let is_apart = splice.range.start >= end;
            if is_apart {
                end = splice.range.end;
            }
            is_apart
        });
        if apart.len() > 1 {
            said.extend(changed(text, &apart));
        }
        said.extend(
            splices
                .into_iter()
                .filter_map(|splice| changed(text, &[splice])),
        );
    }
    said
}

/// A builtin called with the whole program.
pub fn applied(builtin: &str, source: &Source) -> Option<Source> {
    let source = as_text(source);
    let text = source.nix(&None).filter(|_| source.files.is_empty())?;
    let (root, is_program) = parse(text);
    let argument = root.children().find(is_expression).filter(|_| is_program)?;
    let text = format!("builtins.{builtin} {}", atom(&bare(&argument)));
    Some(as_bytes(&Source::new(
        printer::print(&text).unwrap_or(text),
    )))
}

fn changed(text: &str, splices: &[Splice]) -> Option<Source> {
    let text = String::from_utf8(spliced(text.as_bytes(), splices)?).ok()?;
    Some(as_bytes(&Source::new(
        printer::print(&text).unwrap_or(text),
    )))
}

/// The two sides of an operator.
fn sides(node: &SyntaxNode, operators: &[&str]) -> Option<(SyntaxNode, SyntaxNode)> {
    let is_one = node.kind() == NODE_BIN_OP
        && tokens(node).any(|token| {
            token.parent().as_ref() == Some(node) && operators.contains(&token.text())
        });
    match &children(node)[..] {
        [left, right] if is_one => Some((left.clone(), right.clone())),
        _ => None,
    }
}

/// The builtin that an expression is, by its plain name.
fn builtin(node: &SyntaxNode) -> Option<String> {
    let node = bare(node);
    match node.kind() {
        NODE_SELECT => {
            let base = children(&node).into_iter().next()?;
            let path = attributes(&node);
            let is_plain = base.text() == "builtins" && path.len() == 1;
            path.first().filter(|_| is_plain).and_then(attribute_name)
        }
        NODE_IDENT => {
            let name = node.text().to_string();
            let mut outer = node.ancestors();
            let is_bound = outer.any(|outer| bound_in(&outer).contains(&name));
            let plain = name.strip_prefix("__").unwrap_or(&name).to_owned();
            (!is_bound).then_some(plain)
        }
        _ => None,
    }
}

/// The arguments of a call of one of these builtins, where it has so many.
fn call<const N: usize>(node: &SyntaxNode, names: &[&str]) -> Option<[SyntaxNode; N]> {
    let mut arguments = Vec::new();
    let mut function = node.clone();
    while function.kind() == NODE_APPLY {
        let [inner, argument] = <[SyntaxNode; 2]>::try_from(children(&function)).ok()?;
        arguments.push(argument);
        function = bare(&inner);
    }
    arguments.reverse();
    let name = builtin(&function)?;
    let arguments = <[SyntaxNode; N]>::try_from(arguments).ok()?;
    names.contains(&name.as_str()).then_some(arguments)
}

fn elements(node: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
    let list = bare(node);
    (list.kind() == NODE_LIST).then(|| children(&list))
}

fn operation(left: &SyntaxNode, operator: &str, right: &SyntaxNode) -> (String, Level) {
    let text = format!("{} {operator} {}", operand(left), operand(right));
    (text, Level::Operator)
}

fn operand(node: &SyntaxNode) -> String {
    let node = bare(node);
    match node.kind() {
        NODE_APPLY | NODE_SELECT => node.text().to_string(),
        _ => atom(&node),
    }
}

/// `a |> f` and `f <| a` as `f a`.
fn piped(node: &SyntaxNode) -> Option<(String, Level)> {
    let (argument_of, function) = match sides(node, &["|>"]) {
        Some(sides) => sides,
        None => sides(node, &["<|"]).map(|(function, value)| (value, function))?,
    };
    let function = match function.kind() {
        NODE_APPLY | NODE_SELECT => function.text().to_string(),
        _ => argument(&function),
    };
    Some((
        format!("{function} {}", argument(&argument_of)),
        Level::Apply,
    ))
}

/// `a == b` as `a != b`.
fn equality(node: &SyntaxNode) -> Option<(String, Level)> {
    let (left, right) = sides(node, &["=="])?;
    Some(operation(&left, "!=", &right))
}

/// `elem a [ b ]` as `a != b`.
fn membership(node: &SyntaxNode) -> Option<(String, Level)> {
    let [wanted, list] = call(node, &["elem"])?;
    match &elements(&list)?[..] {
        [one] => Some(operation(&wanted, "!=", one)),
        _ => None,
    }
}

/// `a || b` and `a -> b` as `true && b`.
fn condition(node: &SyntaxNode) -> Option<(String, Level)> {
    let (_, right) = sides(node, &["||", "->"])?;
    Some((format!("true && {}", operand(&right)), Level::Operator))
}

/// `split a b` as `match a b`.
fn regex(node: &SyntaxNode) -> Option<(String, Level)> {
    let [pattern, text] = call(node, &["split"])?;
    let text = format!("builtins.match {} {}", argument(&pattern), argument(&text));
    Some((text, Level::Apply))
}

fn argument(node: &SyntaxNode) -> String {
    atom(&bare(node))
}

/// `concatLists [ a b ]` as `a ++ b`.
fn concatenation(node: &SyntaxNode) -> Option<(String, Level)> {
    let [lists] = call(node, &["concatLists"])?;
    match &elements(&lists)?[..] {
        [one] => Some((format!("{} ++ [ ]", operand(one)), Level::Operator)),
        [one, other] => Some(operation(one, "++", other)),
        _ => None,
    }
}

/// `{ a = 1; } // { b = 2; }` as `{ a = 1; b = 2; }`, and `a // { }` as `a`.
fn update(node: &SyntaxNode) -> Option<(String, Level)> {
    let (left, right) = sides(node, &["//"])?;
    let (left, right) = (bare(&left), bare(&right));
    let bindings = |set: &SyntaxNode| {
        let text = set.text().to_string();
        let inside = text.strip_prefix('{')?.strip_suffix('}')?;
        (set.kind() == NODE_ATTR_SET).then(|| inside.trim().to_owned())
    };
    match (bindings(&left), bindings(&right)?) {
        (_, right) if right.is_empty() => Some((atom(&left), Level::Atom)),
        (Some(left), right) => Some((format!("{{ {left} {right} }}"), Level::Atom)),
        (None, _) => None,
    }
}

/// `"" + a` and `a + ""` as `"${a}"`.
fn coercion(node: &SyntaxNode) -> Option<(String, Level)> {
    let (left, right) = sides(node, &["+"])?;
    let (left, right) = (bare(&left), bare(&right));
    let value = match (left.kind(), right.kind()) {
        (NODE_STRING, _) => right,
        (_, NODE_STRING) => left,
        _ => return None,
    };
    Some((format!("\"${{{}}}\"", value.text()), Level::Atom))
}

/// `add a b` as `a + b`, and so on.
fn arithmetic(node: &SyntaxNode) -> Option<(String, Level)> {
    OPERATORS.iter().find_map(|(name, operator)| {
        let [left, right] = call(node, &[name])?;
        Some(operation(&left, operator, &right))
    })
}

/// `a * b`, `a / b` and `a < b` as `a - b`: what they have in common is how they come to their operands.
fn difference(node: &SyntaxNode) -> Option<(String, Level)> {
    let (left, right) = sides(node, &["*", "/", "<"])?;
    Some(operation(&left, "-", &right))
}

/// The call that a builtin makes: `map f [ a ]` as `f a`, `foldl' f a [ b ]` as `f a b`.
fn application(node: &SyntaxNode) -> Option<(String, Level)> {
    let called = |function: &SyntaxNode, arguments: &[String]| {
        let text = format!("{} {}", argument(function), arguments.join(" "));
        (text, Level::Apply)
    };
    if let Some([function, list]) = call(node, OF_ONE) {
        let first = argument(elements(&list)?.first()?);
        return Some(called(&function, &[first]));
    }
    if let Some([function, list]) = call(node, OF_TWO) {
        let both = elements(&list)?;
        let [one, other] = both.get(..2)? else {
            return None;
        };
        return Some(called(&function, &[argument(one), argument(other)]));
    }
    if let Some([function, start, list]) = call(node, &["foldl'"]) {
        let first = argument(elements(&list)?.first()?);
        return Some(called(&function, &[argument(&start), first]));
    }
    if let Some([function, _]) = call(node, &["genList"]) {
        return Some(called(&function, &["0".to_owned()]));
    }
    let [function, set] = call(node, &["mapAttrs"])?;
    let entry = entries(&bare(&set)).into_iter().next()?;
    let name = attributes(&entry).first().and_then(attribute_name)?;
    let value = entry.last_child().filter(is_expression)?;
    Some(called(
        &function,
        &[format!("\"{name}\""), argument(&value)],
    ))
}

/// `map f [ a b ]` as `[ (f a) (f b) ]`, and `genList f 2` as `[ (f 0) (f 1) ]`.
fn called_for_each(node: &SyntaxNode) -> Option<(String, Level)> {
    let (function, arguments) = match call(node, &["genList"]) {
        Some([function, length]) => {
            let length: usize = bare(&length).text().to_string().parse().ok()?;
            let numbers = 0..length.min(MOST + 1);
            (function, numbers.map(|it| it.to_string()).collect())
        }
        None => {
            let [function, list] = call(node, &["map"])?;
            let each: Vec<String> = elements(&list)?.iter().map(argument).collect();
            (function, each)
        }
    };
    let function = argument(&function);
    let calls = arguments.iter().map(|it| format!(" ({function} {it})"));
    let text = format!("[{} ]", calls.collect::<String>());
    (arguments.len() <= MOST).then_some((text, Level::Atom))
}

/// `''a''` as `"a"`, where the same is written in both.
fn indented(node: &SyntaxNode) -> Option<(String, Level)> {
    let text = node.text().to_string();
    let inside = text.strip_prefix("''")?.strip_suffix("''")?;
    let is_plain = node.kind() == NODE_STRING && !inside.contains(['"', '\\', '\'', '\n']);
    is_plain.then(|| (format!("\"{inside}\""), Level::Atom))
}

/// `toString a` as `"${a}"`.
fn text(node: &SyntaxNode) -> Option<(String, Level)> {
    let [value] = call(node, &["toString"])?;
    Some((format!("\"${{{}}}\"", bare(&value).text()), Level::Atom))
}

/// A builtin that is not called as `map`.
fn function(node: &SyntaxNode) -> Option<(String, Level)> {
    let parent = node.parent()?;
    let is_called = parent.kind() == NODE_APPLY && parent.first_child().as_ref() == Some(node);
    let is_builtin = builtin(node).is_some_and(|name| {
        !matches!(
            name.as_str(),
            "builtins" | "false" | "map" | "null" | "true"
        )
    });
    let is_asked = matches!(parent.kind(), NODE_SELECT | NODE_HAS_ATTR);
    (is_builtin && !is_called && !is_asked).then(|| ("map".to_owned(), Level::Atom))
}

/// `trace a b` as `a`.
fn traced(node: &SyntaxNode) -> Option<(String, Level)> {
    let [said, _] = call(node, &["trace", "warn"])?;
    Some((argument(&said), Level::Atom))
}

/// What an attribute of a derivation is written as, where there is one beside those that each has.
fn environment(node: &SyntaxNode) -> Option<(String, Level)> {
    let [attributes_of] = call(node, &["derivation", "derivationStrict"])?;
    let set = entries(&bare(&attributes_of)).into_iter();
    let named = set.map(|entry| {
        let name = attributes(&entry).first().and_then(attribute_name);
        (name.unwrap_or_default(), entry)
    });
    let (structured, others): (Vec<_>, Vec<_>) = named
        .filter(|(name, _)| !REQUIRED.iter().any(|(required, _)| required == name))
        .partition(|(name, _)| name == STRUCTURED);
    let [(_, entry)] = &others[..] else {
        return None;
    };
    let value = entry.last_child().filter(is_expression)?;
    let writes = match structured.is_empty() {
        true => "toString",
        false => "builtins.toJSON",
    };
    Some((format!("{writes} {}", argument(&value)), Level::Apply))
}

/// A derivation with all that one has to have.
fn derivation(node: &SyntaxNode) -> Option<(String, Level)> {
    let [attributes_of] = call(node, &["derivation", "derivationStrict"])?;
    let set = bare(&attributes_of);
    if set.kind() != NODE_ATTR_SET {
        return None;
    }
    let has: Vec<String> = entries(&set)
        .iter()
        .filter_map(|entry| attributes(entry).first().and_then(attribute_name))
        .collect();
    let mut lacking = REQUIRED
        .iter()
        .filter(|(name, _)| !has.iter().any(|it| it == name));
    let lacking: String = lacking
        .by_ref()
        .map(|(name, value)| format!(" {name} = {value};"))
        .collect();
    let text = set.text().to_string();
    let inside = text.strip_suffix('}')?;
    let call = format!("derivation {inside}{lacking} }}");
    (!lacking.is_empty()).then_some((call, Level::Apply))
}

/// A derivation with nothing but what one has to have as a string with its context.
fn context(node: &SyntaxNode) -> Option<(String, Level)> {
    let [attributes_of] = call(node, &["derivation"])?;
    let set = bare(&attributes_of);
    let has = entries(&set);
    let is_required = |entry: &SyntaxNode| {
        let name = attributes(entry).first().and_then(attribute_name);
        name.is_some_and(|name| REQUIRED.iter().any(|(required, _)| *required == name))
    };
    let is_least = has.len() == REQUIRED.len() && has.iter().all(is_required);
    is_least.then(|| (DEPENDENT.to_owned(), Level::Apply))
}

/// Whatever context `appendContext` gives as that of a path.
fn bare_context(node: &SyntaxNode) -> Option<(String, Level)> {
    let [_, _] = call(node, &["appendContext"])?;
    Some(("\"${./.}\"".to_owned(), Level::Atom))
}

/// A builtin that lacks arguments as `map` that does.
fn partial(node: &SyntaxNode) -> Option<(String, Level)> {
    let [first] = call(node, OF_MORE)?;
    let parent = node.parent()?;
    let is_called = parent.kind() == NODE_APPLY && parent.first_child().as_ref() == Some(node);
    let text = format!("map {}", argument(&first));
    (!is_called).then_some((text, Level::Apply))
}

#[cfg(test)]
mod tests;
