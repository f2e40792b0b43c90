//! Which names are visible where, and what they stand for.

use crate::types::{Fields, Type};

/// What a name stands for.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type; `None`: it cannot be used here (a definition that comes later), but hides what others
    /// its name has.
    pub of: Option<Type>,
    /// Whether it always fails, and so may only stand where nothing is evaluated.
    pub fails: bool,
    /// Roughly how large its printed value is.
    pub mass: u32,
    /// How often it may still be used, where each use makes what a loop builds grow.
    pub uses: u8,
    /// In how many loops it was defined.
    pub loops: u8,
}

impl Variable {
    /// A variable that can be used anywhere.
    pub fn new(name: &str, of: Type) -> Variable {
        let (name, of) = (name.to_owned(), Some(of));
        Variable {
            name,
            of,
            fails: false,
            mass: 8,
            uses: u8::MAX,
            loops: 0,
        }
    }

    /// A name that hides others and cannot be used.
    pub fn reserved(name: &str) -> Variable {
        Variable {
            of: None,
            ..Variable::new(name, Type::Null)
        }
    }
}

#[derive(Debug)]
enum Frame {
    Lexical(Vec<Variable>),
    /// The attributes that `with` brings; all of them, or other names may come from it, too.
    With(Fields, bool),
}

/// How large the value of an attribute that `with` brings is held to be.
const OF_WITH: u32 = 16;

/// The names that are visible.
#[derive(Debug, Default)]
pub struct Scope {
    frames: Vec<Frame>,
}

/// Where a variable was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    frame: usize,
    index: usize,
}

/// A variable that can be used.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// Its type.
    pub of: Type,
    /// Roughly how large its value is.
    pub mass: u32,
}

impl Scope {
    /// Opens a scope with these variables.
    pub fn push(&mut self, variables: Vec<Variable>) {
        self.frames.push(Frame::Lexical(variables));
    }

    /// Opens the scope of a `with`; `whole`: the set has no attributes but these.
    pub fn push_with(&mut self, fields: Fields, whole: bool) {
        self.frames.push(Frame::With(fields, whole));
    }

    /// Closes the last scope.
    pub fn pop(&mut self) {
        self.frames.pop();
    }

    /// The variable of a name in the last scope.
    pub fn define(&mut self, name: &str, variable: Variable) {
        if let Some(Frame::Lexical(variables)) = self.frames.last_mut() {
            match variables.iter_mut().find(|other| other.name == name) {
                Some(place) => *place = variable,
                None => variables.push(variable),
            }
        }
    }

    /// Whether something that is defined in the program has this name, apart from `with`.
    pub fn defines(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| match frame {
            Frame::Lexical(variables) => variables.iter().any(|variable| variable.name == name),
            Frame::With(..) => false,
        })
    }

    /// Where the variables are that can be used where there are `loops` loops around, from the innermost
    /// on, by their types and how large their values are. `fails`: those that fail when they are
    /// evaluated, instead of those that do not.
    pub fn candidates(
        &self,
        loops: u8,
        fails: bool,
        wanted: impl Fn(&Type, u32) -> bool,
    ) -> Vec<At> {
        let mut found = Vec::new();
        let mut hidden: Vec<&str> = Vec::new();
        for (frame, names) in self.frames.iter().enumerate().rev() {
            let Frame::Lexical(variables) = names else {
                continue;
            };
            for (index, variable) in variables.iter().enumerate() {
                let usable = variable.fails == fails
                    && variable.uses > 0
                    && (variable.uses == u8::MAX || variable.loops == loops);
                if let (Some(of), true) = (&variable.of, usable)
                    && wanted(of, variable.mass)
                    && !hidden.contains(&variable.name.as_str())
                {
                    found.push(At { frame, index });
                }
            }
            hidden.extend(variables.iter().map(|variable| variable.name.as_str()));
        }
        if !fails {
            self.add_those_of_with(&mut hidden, &mut found, wanted);
        }
        found
    }

    /// What `with` brings is hidden by all definitions, wherever they are.
    fn add_those_of_with<'s>(
        &'s self,
        hidden: &mut Vec<&'s str>,
        found: &mut Vec<At>,
        wanted: impl Fn(&Type, u32) -> bool,
    ) {
        for (frame, names) in self.frames.iter().enumerate().rev() {
            let Frame::With(fields, whole) = names else {
                continue;
            };
            for (index, (name, of)) in fields.iter().enumerate() {
                if wanted(of, OF_WITH)
                    && crate::names::is_identifier(name)
                    && !hidden.contains(&name.as_str())
                    && !crate::builtins::is_global(name)
                {
                    found.push(At { frame, index });
                }
            }
            if !whole {
                return;
            }
            hidden.extend(fields.iter().map(|(name, _)| name.as_str()));
        }
    }

    /// The name of a variable.
    pub fn name_of(&self, at: At) -> Option<&str> {
        Some(match self.frames.get(at.frame)? {
            Frame::Lexical(variables) => &variables.get(at.index)?.name,
            Frame::With(fields, _) => &fields.get(at.index)?.0,
        })
    }

    /// A variable, of which a use is noted.
    pub fn use_of(&mut self, at: At) -> Option<Candidate> {
        let (name, of, mass) = match self.frames.get_mut(at.frame)? {
            Frame::Lexical(variables) => {
                let variable = variables.get_mut(at.index)?;
                if variable.uses != u8::MAX {
                    variable.uses -= 1;
                }
                (variable.name.clone(), variable.of.clone()?, variable.mass)
            }
            Frame::With(fields, _) => {
                let (name, of) = fields.get(at.index)?;
                (name.clone(), of.clone(), OF_WITH)
            }
        };
        Some(Candidate { name, of, mass })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(scope: &Scope) -> Vec<&str> {
        let found = scope.candidates(0, false, |_, _| true);
        found
            .into_iter()
            .filter_map(|at| scope.name_of(at))
            .collect()
    }

    #[test]
    fn inner_names_hide_outer_ones() {
        let mut scope = Scope::default();
        scope.push(vec![
            Variable::new("a", Type::Null),
            Variable::new("b", Type::Null),
        ]);
        scope.push(vec![Variable::reserved("a")]);
        assert_eq!(names(&scope), ["b"]);
        scope.pop();
        assert_eq!(names(&scope), ["a", "b"]);
    }

    #[test]
    fn with_hides_no_definition_and_no_global() {
        let mut scope = Scope::default();
        scope.push(vec![Variable::new("a", Type::Null)]);
        let fields = ["a", "b", "map"].map(|name| (name.to_owned(), Type::Bool));
        scope.push_with(fields.to_vec(), true);
        assert_eq!(names(&scope), ["a", "b"]);
    }

    #[test]
    fn a_set_that_may_hold_anything_hides_the_outer_with() {
        let mut scope = Scope::default();
        scope.push_with(vec![("a".to_owned(), Type::Bool)], true);
        scope.push_with(vec![("b".to_owned(), Type::Bool)], false);
        assert_eq!(names(&scope), ["b"]);
    }

    #[test]
    fn what_grows_in_a_loop_is_used_once() {
        let mut scope = Scope::default();
        scope.push(vec![Variable {
            uses: 1,
            ..Variable::new("acc", Type::Null)
        }]);
        let at = scope.candidates(0, false, |_, _| true)[0];
        assert!(scope.candidates(1, false, |_, _| true).is_empty());
        scope.use_of(at);
        assert!(names(&scope).is_empty());
    }
}
