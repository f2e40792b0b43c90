//! Adding definitions to sets: attribute paths make nested sets, and two
//! definitions of the same set are merged, as C++ Nix's parser does it
//! (`addAttr` and `dupAttr` in `parser-state.hh`).

use super::ast::{AttrDef, AttrName, AttrSet, DefKind, DynamicDef, Expr, ExprRef, Lazy};
use super::growing::Growing;
use super::options::SyntaxOptions;
use crate::heap::Heap;
use crate::positions::Pos;
use crate::symbols::Symbol;
use rustc_hash::FxHashMap;
use std::cell::Cell;

/// Sets up to this size are searched one by one.
const SMALL: usize = 8;

/// Finds definitions by name; large sets through a table.
#[derive(Default)]
pub struct AttrIndex<'h> {
    large: FxHashMap<(usize, Symbol), &'h AttrDef<'h>>,
}

impl<'h> AttrIndex<'h> {
    /// The definition of `name` in `set`.
    #[inline]
    pub fn find(&self, set: &'h AttrSet<'h>, name: Symbol) -> Option<&'h AttrDef<'h>> {
        if set.defs.len() <= SMALL {
            set.defs.iter().find(|def| def.name == name)
        } else {
            self.large.get(&(identity(set), name)).copied()
        }
    }

    /// Appends a definition whose name is not in `set` yet.
    #[inline]
    pub fn insert(&mut self, heap: &'h Heap, set: &'h AttrSet<'h>, def: &'h AttrDef<'h>) {
        set.defs.push_ref(heap, def);
        let len = set.defs.len();
        if len == SMALL + 1 {
            for def in set.defs.iter() {
                self.large.insert((identity(set), def.name), def);
            }
        } else if len > SMALL {
            self.large.insert((identity(set), def.name), def);
        }
    }
}

fn identity(set: &AttrSet<'_>) -> usize {
    std::ptr::from_ref(set).addr()
}

/// An attribute that is defined twice.
pub struct Duplicate<'h> {
    /// Its path.
    pub path: Vec<AttrName<'h>>,
    /// Where the second definition is.
    pub pos: Pos,
    /// Where the first one is.
    pub previous: Pos,
}

/// A set that no braces in the source stand for.
fn implied_set<'h>(heap: &'h Heap) -> &'h AttrSet<'h> {
    heap.alloc(AttrSet {
        pos: Cell::new(Pos::NONE),
        recursive: Cell::new(false),
        defs: Growing::new(),
        dynamic: Growing::new(),
        inherit_from: Growing::new(),
        scope: Cell::new(None),
        from_scope: Cell::new(None),
    })
}

/// Names an expression, if it is a function.
fn set_name(expr: ExprRef<'_>, name: Symbol) {
    if let Expr::Lambda(lambda) = expr {
        lambda.set_name(name);
    }
}

/// Adds `path = expr` to `set`.
///
/// # Errors
/// When the attribute is defined already and the two are not both sets that
/// can be merged.
pub fn add_attr<'h>(
    heap: &'h Heap,
    index: &mut AttrIndex<'h>,
    options: &SyntaxOptions,
    mut set: &'h AttrSet<'h>,
    path: &[(AttrName<'h>, Pos)],
    pos: Pos,
    expr: ExprRef<'h>,
) -> Result<(), Box<Duplicate<'h>>> {
    let Some((last, parents)) = path.split_last() else {
        return Ok(());
    };
    for (i, (name, _)) in parents.iter().enumerate() {
        let nested = match *name {
            AttrName::Static(name) => match index.find(set, name) {
                Some(def) => match def.value.expr {
                    Expr::Attrs(nested) => *nested,
                    _ => {
                        let shown = if options.short_duplicate_path {
                            &path[..=i]
                        } else {
                            path
                        };
                        return Err(Box::new(Duplicate {
                            path: shown.iter().map(|name| name.0).collect(),
                            pos,
                            previous: def.pos,
                        }));
                    }
                },
                None => {
                    let nested = implied_set(heap);
                    let def = heap.alloc(AttrDef {
                        name,
                        pos,
                        kind: DefKind::Plain,
                        value: Lazy::new(heap.alloc(Expr::Attrs(nested))),
                    });
                    index.insert(heap, set, def);
                    nested
                }
            },
            AttrName::Dynamic(name) => {
                let nested = implied_set(heap);
                let value = Lazy::new(heap.alloc(Expr::Attrs(nested)));
                set.dynamic.push(heap, DynamicDef { name, pos, value });
                nested
            }
        };
        set = nested;
    }
    match last.0 {
        AttrName::Dynamic(name) => {
            let value = Lazy::new(expr);
            set.dynamic.push(heap, DynamicDef { name, pos, value });
            Ok(())
        }
        AttrName::Static(name) => match index.find(set, name) {
            None => {
                let value = Lazy::new(expr);
                let kind = DefKind::Plain;
                let def = heap.alloc(AttrDef {
                    name,
                    pos,
                    kind,
                    value,
                });
                index.insert(heap, set, def);
                set_name(expr, name);
                Ok(())
            }
            Some(existing) => match (existing.value.expr, expr) {
                (Expr::Attrs(into), Expr::Attrs(from)) => {
                    let path = path.iter().map(|name| name.0).collect();
                    Merge {
                        heap,
                        index,
                        options,
                        path,
                        levels: Vec::new(),
                    }
                    .run(into, from)
                }
                _ => Err(Box::new(Duplicate {
                    path: path.iter().map(|name| name.0).collect(),
                    pos,
                    previous: existing.pos,
                })),
            },
        },
    }
}

/// Moving the definitions of one set into another, level by level.
struct Merge<'h, 'p> {
    heap: &'h Heap,
    index: &'p mut AttrIndex<'h>,
    options: &'p SyntaxOptions,
    /// The path of what is being merged.
    path: Vec<AttrName<'h>>,
    levels: Vec<Level<'h>>,
}

/// One pair of sets that is being merged.
struct Level<'h> {
    into: &'h AttrSet<'h>,
    from: &'h AttrSet<'h>,
    /// The definitions of `from` that are left, last first.
    left: Vec<&'h AttrDef<'h>>,
    /// The sources of `inherit (e)` that were moved already.
    moved: Vec<*const Cell<u32>>,
}

impl<'h> Merge<'h, '_> {
    fn enter(&mut self, into: &'h AttrSet<'h>, from: &'h AttrSet<'h>) {
        let mut left: Vec<_> = from.defs.iter().collect();
        left.sort_unstable_by_key(|def| std::cmp::Reverse(def.name));
        self.levels.push(Level {
            into,
            from,
            left,
            moved: Vec::new(),
        });
    }

    fn run(
        mut self,
        into: &'h AttrSet<'h>,
        from: &'h AttrSet<'h>,
    ) -> Result<(), Box<Duplicate<'h>>> {
        self.enter(into, from);
        while let Some(level) = self.levels.last_mut() {
            let into = level.into;
            let Some(def) = level.left.pop() else {
                let from = level.from;
                self.leave(into, from);
                continue;
            };
            if def.kind == DefKind::InheritedFrom
                && let Expr::Select(select) = def.value.expr
                && let Expr::InheritFrom(from) = select.set
            {
                let shift = into.inherit_from.len() as u32;
                let moved = level.moved.contains(&std::ptr::from_ref(*from));
                if self.options.shift_sources_by_name || !moved {
                    from.set(from.get() + shift);
                    level.moved.push(std::ptr::from_ref(*from));
                }
            }
            let Some(existing) = self.index.find(into, def.name) else {
                self.index.insert(self.heap, into, def);
                set_name(def.value.expr, def.name);
                continue;
            };
            match (existing.value.expr, def.value.expr) {
                (Expr::Attrs(into), Expr::Attrs(from)) if self.options.deep_merge => {
                    self.path.push(AttrName::Static(def.name));
                    self.enter(into, from);
                }
                _ => return Err(Box::new(self.duplicate(existing, def))),
            }
        }
        Ok(())
    }

    fn duplicate(mut self, existing: &AttrDef<'h>, def: &AttrDef<'h>) -> Duplicate<'h> {
        let name = AttrName::Static(def.name);
        if self.options.deep_merge {
            self.path.push(name);
            Duplicate {
                path: self.path,
                pos: def.pos,
                previous: existing.pos,
            }
        } else {
            // The releases that merge one level only tell the positions the
            // other way round.
            Duplicate {
                path: vec![name],
                pos: existing.pos,
                previous: def.pos,
            }
        }
    }

    /// All definitions of a level are moved: what has no static name follows.
    fn leave(&mut self, into: &'h AttrSet<'h>, from: &'h AttrSet<'h>) {
        self.levels.pop();
        self.path.pop();
        from.defs.truncate(0);
        if self.options.merge_dynamic {
            for def in from.dynamic.iter() {
                into.dynamic.push_ref(self.heap, def);
            }
            from.dynamic.truncate(0);
        }
        for source in from.inherit_from.iter() {
            into.inherit_from.push_ref(self.heap, source);
        }
        from.inherit_from.truncate(0);
    }
}
