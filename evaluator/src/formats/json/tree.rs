//! A document as a tree, for callers that want all of it at once.

use std::collections::HashMap;

use super::nlohmann::parse_whole;
use super::{JsonError, JsonEvent, parse};
use crate::formats::Release;

/// A JSON document. Dropping it does not recurse.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer past 63 bits, of a document that is read for itself.
    Unsigned(u64),
    /// A float.
    Float(f64),
    /// A string.
    String(Vec<u8>),
    /// An array.
    Array(Vec<Json>),
    /// An object, its keys in the order of their first mention, each once.
    Object(Vec<(Vec<u8>, Json)>),
}

impl Json {
    /// Reads a document the way `builtins.fromJSON` of a release does.
    pub fn parse(release: Release, text: &[u8]) -> Result<Json, JsonError> {
        let mut builder = Builder::default();
        parse(release, text, |event| builder.event(event))?;
        Ok(builder.done.unwrap_or(Json::Null))
    }

    /// Reads a document for itself, not to make values of it.
    pub fn parse_whole(text: &[u8]) -> Result<Json, JsonError> {
        let mut builder = Builder::default();
        parse_whole(text, |event| builder.event(event))?;
        Ok(builder.done.unwrap_or(Json::Null))
    }
}

impl Drop for Json {
    fn drop(&mut self) {
        let mut rest = Vec::new();
        take_children(self, &mut rest);
        while let Some(mut json) = rest.pop() {
            take_children(&mut json, &mut rest);
        }
    }
}

fn take_children(json: &mut Json, into: &mut Vec<Json>) {
    match json {
        Json::Array(items) => into.append(items),
        Json::Object(members) => into.extend(members.drain(..).map(|(_, value)| value)),
        _ => {}
    }
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    done: Option<Json>,
}

enum Open {
    Array(Vec<Json>),
    Object {
        members: Vec<(Vec<u8>, Json)>,
        places: HashMap<Vec<u8>, usize>,
        at: usize,
    },
}

impl Builder {
    fn event(&mut self, event: JsonEvent<'_>) {
        let json = match event {
            JsonEvent::Null => Json::Null,
            JsonEvent::Bool(value) => Json::Bool(value),
            JsonEvent::Int(value) => Json::Int(value),
            JsonEvent::Unsigned(value) => Json::Unsigned(value),
            JsonEvent::Float(value) => Json::Float(value),
            JsonEvent::String(value) => Json::String(value.to_vec()),
            JsonEvent::BeginArray => return self.open.push(Open::Array(Vec::new())),
            JsonEvent::BeginObject => {
                return self.open.push(Open::Object {
                    members: Vec::new(),
                    places: HashMap::new(),
                    at: 0,
                });
            }
            JsonEvent::Key(key) => return self.key(key),
            JsonEvent::EndArray | JsonEvent::EndObject => match self.open.pop() {
                Some(Open::Array(items)) => Json::Array(items),
                Some(Open::Object { members, .. }) => Json::Object(members),
                None => return,
            },
        };
        match self.open.last_mut() {
            Some(Open::Array(items)) => items.push(json),
            Some(Open::Object { members, at, .. }) => members[*at].1 = json,
            None => self.done = Some(json),
        }
    }

    fn key(&mut self, key: &[u8]) {
        if let Some(Open::Object {
            members,
            places,
            at,
        }) = self.open.last_mut()
        {
            *at = *places.entry(key.to_vec()).or_insert_with(|| {
                members.push((key.to_vec(), Json::Null));
                members.len() - 1
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_keys_counts() {
        for release in Release::ALL {
            let json = Json::parse(release, br#"{"a":1,"b":[null],"a":{"c":2}}"#).unwrap();
            let inner = Json::Object(vec![(b"c".to_vec(), Json::Int(2))]);
            let expected = Json::Object(vec![
                (b"a".to_vec(), inner),
                (b"b".to_vec(), Json::Array(vec![Json::Null])),
            ]);
            assert_eq!(json, expected);
        }
    }

    #[test]
    fn a_million_levels_need_no_stack() {
        let depth = 1_000_000;
        let text = "[".repeat(depth) + &"]".repeat(depth);
        for release in Release::ALL {
            assert!(Json::parse(release, text.as_bytes()).is_ok());
        }
    }
}
