//! Where two values differ that an assertion says are equal (`assertEqValues`
//! in `eval.cc`).

use super::coroutine::{Co, Shared};
use super::equal::{equal_scalars, is_derivation};
use super::walk::{self, Walk, levels};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Value, View};
use crate::positions::Pos;
use crate::print::describe::{type_name, write_name};
use crate::print::{brief, describe::type_of};
use crate::state::State;
use crate::symbols::{Symbol, known};

/// How the walk came to a pair of values.
enum Step<'h> {
    Element(usize),
    Attribute(Symbol, Pos, Pos),
    Derivation,
    /// No step: the rest of what is to be compared on this level.
    Lists(&'h [Value<'h>], &'h [Value<'h>], usize),
    Attrs(Attrs<'h>, Attrs<'h>, usize),
}

/// Fails and says where, if the two differ; evaluates them in the order in
/// which the equality operator does.
///
/// # Errors
/// The difference, or what evaluation fails with.
pub(super) async fn explain_difference<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    left: Value<'h>,
    right: Value<'h>,
) -> Result<()> {
    let mut way: Vec<Step<'h>> = Vec::new();
    let mut pair = Some((left, right));
    loop {
        if let Some((left, right)) = pair.take()
            && let Err(error) = enter(co, state, left, right, &mut way).await
        {
            return Err(add_trace(state, error, &way));
        }
        pair = match way.pop() {
            None => return Ok(()),
            Some(Step::Element(_) | Step::Attribute(..) | Step::Derivation) => None,
            Some(Step::Lists(left, right, index)) => match (left.get(index), right.get(index)) {
                (Some(&a), Some(&b)) => {
                    way.push(Step::Lists(left, right, index + 1));
                    way.push(Step::Element(index));
                    Some((a, b))
                }
                _ => None,
            },
            Some(Step::Attrs(left, right, index)) => {
                let keys = (
                    left.keys().as_slice().get(index),
                    right.keys().as_slice().get(index),
                );
                match keys {
                    (Some(a), Some(b)) if a.name == b.name => {
                        way.push(Step::Attrs(left, right, index + 1));
                        way.push(Step::Attribute(a.name, a.pos, b.pos));
                        Some((left.values()[index], right.values()[index]))
                    }
                    (Some(a), Some(b)) => {
                        let error = names_differ(state, (left, a.name), (right, b.name));
                        return Err(add_trace(state, error, &way));
                    }
                    _ => None,
                }
            }
        };
    }
}

/// Compares two values; what they consist of is pushed, to be compared next.
async fn enter<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    left: Value<'h>,
    right: Value<'h>,
    way: &mut Vec<Step<'h>>,
) -> Result<()> {
    let same_cell = left.same(right) && !way.is_empty();
    let around = way.iter();
    let around = around.filter(|step| matches!(step, Step::Lists(..) | Step::Attrs(..)));
    let nested = around.count();
    walk::step(co, state, Walk::Equality, nested, 0)?;
    let co = &co.within(levels(state, nested + 1));
    let left = co.force(left).await?;
    let right = co.force(right).await?;
    if same_cell {
        return Ok(());
    }
    let shown = |value| String::from_utf8_lossy(&brief(state, value)).into_owned();
    let number = |value: Value<'h>| matches!(value.view(), View::Int(_) | View::Float(_));
    let differ = |relation: &str| {
        Err(failed(format!(
            "{} {relation} '{}' is not equal to {} {relation} '{}'",
            type_name(state, left),
            shown(left),
            type_name(state, right),
            shown(right)
        )))
    };
    if number(left) && number(right) {
        // It is `==` that tells whether they are equal.
        walk::step(co, state, Walk::Equality, 0, 0)?;
        return match equal_scalars(left, right) {
            Some(true) => Ok(()),
            _ => differ("with value"),
        };
    }
    if type_of(left) != type_of(right) {
        return differ("of value");
    }
    match (left.view(), right.view()) {
        (View::List(a), View::List(b)) if a.items().len() != b.items().len() => {
            Err(failed(format!(
                "list of size '{}' is not equal to list of size '{}', left hand side is '{}', right hand side is '{}'",
                a.items().len(),
                b.items().len(),
                shown(left),
                shown(right)
            )))
        }
        (View::List(a), View::List(b)) => {
            way.push(Step::Lists(a.items(), b.items(), 0));
            Ok(())
        }
        (View::Attrs(a), View::Attrs(b)) => {
            if is_derivation(co, a).await?
                && is_derivation(co, b).await?
                && let (Some(a), Some(b)) = (a.get(known::OUT_PATH), b.get(known::OUT_PATH))
            {
                way.push(Step::Derivation);
                let (a, b) = (co.force(a).await?, co.force(b).await?);
                return match equal_scalars(a, b) {
                    Some(true) => Ok(()),
                    _ => Err(failed(format!(
                        "string '{}' is not equal to string '{}'",
                        shown(a),
                        shown(b)
                    ))),
                };
            }
            if a.len() != b.len() {
                return Err(failed(format!(
                    "attribute names of attribute set '{}' differs from attribute set '{}'",
                    shown(left),
                    shown(right)
                )));
            }
            way.push(Step::Attrs(a, b, 0));
            Ok(())
        }
        (View::Closure(_) | View::Builtin(_) | View::Partial(_), _) => Err(failed(
            "distinct functions and immediate comparisons of identical functions compare as unequal"
                .to_owned(),
        )),
        _ => match equal_scalars(left, right) {
            Some(true) => Ok(()),
            _ => {
                let kind = match left.view() {
                    View::Bool(_) => "boolean",
                    View::Path(_) => "path",
                    _ => "string",
                };
                Err(failed(format!(
                    "{kind} '{}' is not equal to {kind} '{}'",
                    shown(left),
                    shown(right)
                )))
            }
        },
    }
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::Assert, message)
}

fn names_differ<'h>(
    state: &State<'h>,
    (left, a): (Attrs<'h>, Symbol),
    (right, b): (Attrs<'h>, Symbol),
) -> Error {
    let shown = |set| String::from_utf8_lossy(&brief(state, Value::attrs(set))).into_owned();
    let (left_shown, right_shown) = (shown(left), shown(right));
    if right.get(a).is_none() {
        failed(format!(
            "attribute name '{}' is contained in '{left_shown}', but not in '{right_shown}'",
            name(state, a)
        ))
    } else {
        failed(format!(
            "attribute name '{}' is missing in '{left_shown}', but is contained in '{right_shown}'",
            name(state, b)
        ))
    }
}

fn name(state: &State<'_>, name: Symbol) -> String {
    let mut out = Vec::new();
    write_name(state, &mut out, name);
    String::from_utf8_lossy(&out).into_owned()
}

fn add_trace(state: &Shared<'_>, mut error: Error, way: &[Step<'_>]) -> Error {
    for step in way.iter().rev() {
        error = match step {
            Step::Element(index) => {
                error.traced(Pos::NONE, format!("while comparing list element {index}"))
            }
            Step::Attribute(attribute, left, right) => {
                let mut error = error;
                if *right != Pos::NONE {
                    error = error.traced(*right, "where right hand side is");
                }
                if *left != Pos::NONE {
                    error = error.traced(*left, "where left hand side is");
                }
                let attribute = name(state, *attribute);
                error.traced(
                    Pos::NONE,
                    format!("while comparing attribute '{attribute}'"),
                )
            }
            Step::Derivation => error.traced(
                Pos::NONE,
                "while comparing a derivation by its 'outPath' attribute",
            ),
            Step::Lists(..) | Step::Attrs(..) => error,
        };
    }
    error
}
