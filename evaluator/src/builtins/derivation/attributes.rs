//! The attributes of a derivation, one after the other: environment, arguments,
//! structured attributes, and those that mean something to the evaluator.

use super::{Draft, ENVIRONMENT, Maker, Wishes, require};
use crate::builtins::json::{Cut, WHOLE, write_json};
use crate::context::ContextElement;
use crate::derivation::aterm::normal_json;
use crate::derivation::store_path::Method;
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, Result};
use crate::formats::json::write::write_string;
use crate::heap::{Bytes, List, Value, View};
use crate::symbols::{Symbol, known};
use crate::vm::arithmetic::expected;
use crate::vm::coerce::coerce;

/// What the library that writes JSON says of text that is not UTF-8, before the
/// builtin `toJSON` adds its own words.
const NOT_UTF_8: &[u8] = b"JSON serialization error: ";

/// What is said about single outputs where attributes are structured.
const CHECKS: [&[u8]; 6] = [
    b"allowedReferences",
    b"allowedRequisites",
    b"disallowedReferences",
    b"disallowedRequisites",
    b"maxSize",
    b"maxClosureSize",
];

impl<'h> Maker<'h> {
    /// Takes one attribute.
    pub(super) async fn attribute(
        &self,
        draft: &mut Draft<'h>,
        key: &[u8],
        symbol: Symbol,
        value: Value<'h>,
        ignore_nulls: bool,
    ) -> Result<()> {
        let state = &self.state;
        if ignore_nulls && matches!(self.co.force(value).await?.view(), View::Null) {
            return Ok(());
        }
        if let b"__contentAddressed" | b"__impure" = key
            && state.has(Behaviour::DerivationsMayBeContentAddressed)
        {
            let wanted = self.boolean(value).await?;
            if wanted {
                if key == b"__impure" {
                    draft.wishes.impure = true;
                    require(state, "impure-derivations", "")?;
                } else {
                    draft.wishes.content_addressed = true;
                    require(state, "ca-derivations", "")?;
                }
            }
            if wanted || !state.has(Behaviour::FalseFlagsStayInEnvironment) {
                return Ok(());
            }
        }
        if symbol == known::ARGS {
            let list = self.list(value).await?;
            for &item in list.items() {
                let about = "while evaluating an element of the argument list";
                let text = coerce(&self.co, state, item, ENVIRONMENT, about).await?;
                add_context(&mut draft.context, text);
                draft.derivation.arguments.push(text.bytes().to_vec());
            }
            return Ok(());
        }
        if draft.json.is_some() {
            return self.structured(draft, key, symbol, value).await;
        }
        let text = coerce(&self.co, state, value, ENVIRONMENT, "").await?;
        add_context(&mut draft.context, text);
        if key == b"__json" && state.has(Behaviour::JsonAttributeIsParsed) {
            (state.trace)(
                format!(
                    "warning: In derivation '{}': setting structured attributes via '__json' is deprecated, and may be disallowed in future versions of Nix. Set '__structuredAttrs = true' instead.",
                    self.shown_name()
                )
                .as_bytes(),
            );
            let normal = normal_json(text.bytes())?;
            let environment = &mut draft.derivation.environment;
            environment.insert(key.to_vec(), normal);
            return Ok(());
        }
        let text = text.bytes();
        let environment = &mut draft.derivation.environment;
        environment.insert(key.to_vec(), text.to_vec());
        match symbol {
            known::BUILDER => draft.derivation.builder = text.to_vec(),
            known::SYSTEM => draft.derivation.system = text.to_vec(),
            known::OUTPUT_HASH => draft.wishes.hash = Some(text.to_vec()),
            known::OUTPUT_HASH_ALGO => draft.wishes.algorithm = Some(text.to_vec()),
            known::OUTPUT_HASH_MODE => self.hash_mode(&mut draft.wishes, text)?,
            known::OUTPUTS => {
                let names = text
                    .split(|byte| b" \t\n\r".contains(byte))
                    .filter(|name| !name.is_empty());
                self.outputs(&mut draft.wishes, names)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// An attribute of a derivation with `__structuredAttrs`.
    async fn structured(
        &self,
        draft: &mut Draft<'h>,
        key: &[u8],
        symbol: Symbol,
        value: Value<'h>,
    ) -> Result<()> {
        let state = &self.state;
        if symbol == known::STRUCTURED_ATTRS {
            return Ok(());
        }
        match write_json(&self.co, state, value, WHOLE).await {
            Ok(text) => {
                add_context(&mut draft.context, text);
                append_field(draft, state.dialect(), key, text.bytes());
            }
            // It is known only when the whole is written.
            Err(Cut { error, .. }) if error.message().starts_with(NOT_UTF_8) => {
                draft.unwritable.get_or_insert(bare(&error));
            }
            Err(cut) => return Err(cut.error),
        }
        match symbol {
            known::BUILDER => {
                let text = self.demand().string(value, "").await?;
                add_context(&mut draft.context, text);
                draft.derivation.builder = text.bytes().to_vec();
            }
            known::SYSTEM => {
                draft.derivation.system = self.demand().plain_string(value, "").await?.to_vec();
            }
            known::OUTPUT_HASH => {
                draft.wishes.hash = Some(self.demand().plain_string(value, "").await?.to_vec());
            }
            known::OUTPUT_HASH_ALGO => {
                draft.wishes.algorithm =
                    Some(self.demand().plain_string(value, "").await?.to_vec());
            }
            known::OUTPUT_HASH_MODE => {
                let mode = self.demand().plain_string(value, "").await?;
                self.hash_mode(&mut draft.wishes, mode)?;
            }
            known::OUTPUTS => {
                let list = self.demand().list(value, "").await?;
                let mut names = Vec::new();
                for &item in list.items() {
                    names.push(self.demand().plain_string(item, "").await?);
                }
                self.outputs(&mut draft.wishes, names)?;
            }
            _ if CHECKS.contains(&key) && state.has(Behaviour::StructuredChecksWarn) => {
                let key = String::from_utf8_lossy(key);
                let name = self.shown_name();
                (state.trace)(
                    format!(
                        "warning: In a derivation named '{name}', 'structuredAttrs' disables the effect of the derivation attribute '{key}'; use 'outputChecks.<output>.{key}' instead"
                    )
                    .as_bytes(),
                );
            }
            _ => {}
        }
        Ok(())
    }

    /// A boolean; in older releases, it is wrong where `derivationStrict` is
    /// called.
    async fn boolean(&self, value: Value<'h>) -> Result<bool> {
        let value = self.co.force(value).await?;
        value
            .as_bool()
            .ok_or_else(|| self.unexpected("a Boolean", value))
    }

    /// A list; it is wrong where a boolean would be.
    async fn list(&self, value: Value<'h>) -> Result<List<'h>> {
        let value = self.co.force(value).await?;
        value
            .as_list()
            .ok_or_else(|| self.unexpected("a list", value))
    }

    fn unexpected(&self, wanted: &str, found: Value<'h>) -> Error {
        let error = expected(&self.state, wanted, found);
        if self.state.has(Behaviour::ErrorsNameDerivations) {
            error
        } else {
            error.at(self.call)
        }
    }

    fn hash_mode(&self, wishes: &mut Wishes, mode: &[u8]) -> Result<()> {
        let modern = self.state.has(Behaviour::HashModesHaveNames);
        wishes.method = Some(match mode {
            b"recursive" => Method::Nar,
            b"flat" => Method::Flat,
            b"nar" if modern => Method::Nar,
            b"text" if modern => {
                let reason = if self.state.has(Behaviour::FeatureErrorsGiveReason) {
                    format!(
                        "text-hashed derivation '{}', outputHashMode = \"text\"",
                        self.shown_name()
                    )
                } else {
                    String::new()
                };
                require(&self.state, "dynamic-derivations", &reason)?;
                Method::Text
            }
            b"git" if modern => {
                require(&self.state, "git-hashing", "")?;
                Method::Git
            }
            _ => {
                let mode = String::from_utf8_lossy(mode);
                return Err(self.wrong(format!(
                    "invalid value '{mode}' for 'outputHashMode' attribute"
                )));
            }
        });
        Ok(())
    }

    fn outputs<'n>(
        &self,
        wishes: &mut Wishes,
        names: impl IntoIterator<Item = &'n [u8]>,
    ) -> Result<()> {
        let refused: &[u8] = if self.state.has(Behaviour::OutputDrvIsAllowed) {
            b"drvPath"
        } else {
            b"drv"
        };
        wishes.outputs.clear();
        for name in names {
            let shown = String::from_utf8_lossy(name);
            if wishes.outputs.contains(name) {
                return Err(self.wrong(format!("duplicate derivation output '{shown}'")));
            }
            if name == refused {
                return Err(self.wrong(format!("invalid derivation output name '{shown}'")));
            }
            wishes.outputs.insert(name.to_vec());
        }
        if wishes.outputs.is_empty() {
            return Err(self.wrong("derivation cannot have an empty set of outputs"));
        }
        Ok(())
    }
}

/// Appends a member to the object of structured attributes.
fn append_field(draft: &mut Draft<'_>, dialect: Dialect, key: &[u8], value: &[u8]) {
    let Some(json) = &mut draft.json else {
        return;
    };
    json.push(if json.is_empty() { b'{' } else { b',' });
    if let Err(problem) = write_string(dialect, key, json) {
        let error = Error::value(problem.message());
        draft.unwritable.get_or_insert(bare(&error));
    }
    json.push(b':');
    json.extend_from_slice(value);
}

/// The error in the words of the library alone. It is an exception of that library, which nothing in the evaluator
/// catches: it has no trace, and `addErrorContext` does not see it.
fn bare(error: &Error) -> Error {
    let message = error.message();
    Error::value(message.strip_prefix(NOT_UTF_8).unwrap_or(message)).bare()
}

fn add_context<'h>(context: &mut Vec<ContextElement<'h>>, text: Bytes<'h>) {
    if let Some(more) = text.context() {
        context.extend_from_slice(more.elements);
    }
}
