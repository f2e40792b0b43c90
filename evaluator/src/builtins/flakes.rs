//! Flakes: references as text and as attributes (`flake-primops.cc`).

use super::{Builtin, Run, builtin};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::fetch::{Attr, Attributes, FlakeRef, Problem, Reading, Rulebook};
use crate::flakes::call::{Call, attributes_to_value, prepare};
use crate::flakes::lock::Locker;
use crate::heap::{Value, View};
use crate::positions::Pos;
use crate::print::describe::type_name;
use crate::state::State;
use crate::vm::{Co, Shared};

macro_rules! of_flakes {
    ($name:literal, $run:expr) => {
        builtin(
            $name,
            1,
            Run::Generator(|co, state, args| Box::pin($run(co, state, args[0]))),
        )
    };
}

/// The family.
pub const BUILTINS: &[Builtin] = &[
    of_flakes!("getFlake", get_flake)
        .since(Dialect::V2_8)
        .until(Dialect::V2_34)
        .feature("flakes"),
    of_flakes!("getFlake", get_flake).since(Dialect::V2_34),
    of_flakes!("parseFlakeRef", parse_flake_ref)
        .since(Dialect::V2_26)
        .until(Dialect::V2_34)
        .feature("flakes"),
    of_flakes!("parseFlakeRef", parse_flake_ref).since(Dialect::V2_34),
    of_flakes!("flakeRefToString", flake_ref_to_string)
        .since(Dialect::V2_26)
        .until(Dialect::V2_34)
        .feature("flakes"),
    of_flakes!("flakeRefToString", flake_ref_to_string).since(Dialect::V2_34),
];

/// From 2.34 on the names are always there; what is done needs the feature.
fn require_flakes(state: &State<'_>) -> Result<()> {
    if state.feature("flakes") {
        return Ok(());
    }
    Err(Problem::feature("flakes", !state.has(Behaviour::UrlPathsAreDecoded)).into())
}

async fn parse_flake_ref<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    argument: Value<'h>,
) -> Result<Value<'h>> {
    let text = co.force(argument).await?;
    let text = super::plain_string(&state, text).map_err(|error| {
        error.traced(
            co.pos,
            "while evaluating the argument passed to builtins.parseFlakeRef",
        )
    })?;
    let book = state.rulebook();
    let reading = Reading {
        base: None,
        flake: true,
        relative: false,
    };
    let reference = FlakeRef::parse(&book, text, reading);
    state.print_warnings(&book);
    Ok(attributes_to_value(&state, &reference?.attributes()))
}

async fn get_flake<'h>(co: Co<'h>, state: Shared<'h>, argument: Value<'h>) -> Result<Value<'h>> {
    let text = co.force(argument).await?;
    let text = super::plain_string(&state, text).map_err(|error| {
        error.traced(
            co.pos,
            "while evaluating the argument passed to builtins.getFlake",
        )
    })?;
    let book = state.rulebook();
    let call = locked_call(&co, &state, &book, text);
    state.print_warnings(&book);
    let call = call?;
    co.call(call.function, &[call.argument]).await
}

fn locked_call<'h>(
    co: &Co<'h>,
    state: &State<'h>,
    book: &Rulebook,
    text: &[u8],
) -> Result<Call<'h>> {
    let reading = Reading {
        base: None,
        flake: true,
        relative: false,
    };
    let reference = FlakeRef::parse(book, text, reading)?;
    if state.settings.pure && !reference.input.is_locked(book)? {
        return Err(Error::new(
            ErrorKind::Restricted,
            format!(
                "cannot call 'getFlake' on unlocked flake reference '{}', at {} (use --impure to override)",
                String::from_utf8_lossy(text),
                state.describe_pos(co.pos)
            ),
        ));
    }
    require_flakes(state)?;
    let locked = Locker::new(state, book).lock(&reference)?;
    prepare(state, book, &locked)
}

async fn flake_ref_to_string<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    argument: Value<'h>,
) -> Result<Value<'h>> {
    let set = co.force(argument).await?;
    let View::Attrs(set) = set.view() else {
        return Err(
            crate::vm::arithmetic::expected(&state, "a set", set).traced(
                Pos::NONE,
                "while evaluating the argument passed to builtins.flakeRefToString",
            ),
        );
    };
    let mut attributes = Attributes::new();
    for (key, value) in set.iter() {
        let name = state.symbols.name(key.name);
        let value = if state.has(Behaviour::FlakeRefAttributesAreForced) {
            co.force_at(value, key.pos).await?
        } else {
            value.evaluated().unwrap_or(value)
        };
        let value = match value.view() {
            View::Int(n) => Attr::Number(u64::try_from(n).map_err(|_| {
                let name = String::from_utf8_lossy(&name);
                Error::value(format!(
                    "negative value given for flake ref attr {name}: {n}"
                ))
                .at(co.pos)
            })?),
            View::Bool(flag) => Attr::Bool(flag),
            View::String(text) => Attr::Text(text.bytes().into()),
            _ => {
                let name = String::from_utf8_lossy(&name);
                return Err(Error::value(format!(
                    "flake reference attribute sets may only contain integers, Booleans, and strings, but attribute '{name}' is {}",
                    type_name(&state, value)
                )));
            }
        };
        attributes.set(&*name, value);
    }
    let book = state.rulebook();
    let text =
        FlakeRef::from_attributes(&book, attributes).and_then(|reference| reference.print(&book));
    state.print_warnings(&book);
    Ok(state.string(&text?))
}
