//! What the compiler makes of small programs.

use super::{Chunk, Op, compile};
use crate::heap::Heap;
use crate::io::MemoryIo;
use crate::load::load_source;
use crate::positions::Origin;
use crate::state::{Settings, State};

/// Compiles a program and lets `look` at the chunk of the whole.
fn chunk_of(program: &str, look: impl for<'h> Fn(&State<'h>, &'h Chunk<'h>)) {
    let heap = Heap::new();
    let state = State::new(
        &heap,
        Settings::default(),
        Box::new(MemoryIo::default()),
        Box::new(|_| {}),
    );
    let unit = load_source(&state, Origin::String, program.as_bytes(), b"/").unwrap();
    look(&state, compile(&state, unit));
}

fn has(chunk: &Chunk<'_>, wanted: impl Fn(&Op) -> bool) -> bool {
    chunk.ops.iter().any(|op| wanted(&op.first_part()))
}

#[test]
fn variables_that_no_thunk_refers_to_stay_in_the_frame() {
    chunk_of("let a = 1; b = 2; in a + b", |_, chunk| {
        assert_eq!((chunk.locals, chunk.env_slots), (2, 0));
    });
    chunk_of("let a = 1; b = 2; in [ (a + 1) b ]", |_, chunk| {
        assert_eq!((chunk.locals, chunk.env_slots), (1, 1));
    });
}

#[test]
fn literals_and_variables_are_not_suspended() {
    let suspends = |program: &str, expected: bool| {
        chunk_of(program, |_, chunk| {
            let found = has(chunk, |op| matches!(op, Op::Thunk(_)));
            assert_eq!(found, expected, "{program}");
        });
    };
    suspends("[ 1 \"a\" 1.5 /a [ ] ]", false);
    suspends("x: [ x ]", false);
    suspends("[ (1 + 1) ]", true);
    // A variable that is not filled yet has to be.
    suspends("let a = b; b = 1; in a", true);
    suspends("let b = 1; a = b; in a", false);
}

#[test]
fn functions_that_give_functions_are_one_unit() {
    chunk_of("a: b: { c, d ? a }: a", |_, chunk| {
        assert_eq!(chunk.units.len(), 1);
        assert_eq!(chunk.units[0].lambdas.len(), 3);
    });
    chunk_of("{ a }: b: a", |_, chunk| {
        assert_eq!(chunk.units[0].lambdas.len(), 1);
    });
}

#[test]
fn a_function_makes_its_environment_in_the_branch_that_needs_it() {
    chunk_of("x: if x ? a then [ (x.a + 1) ] else x", |state, chunk| {
        let body = compile(state, chunk.units[0]);
        assert_eq!(body.env_slots, 0);
        let makes = |op: &Op| matches!(op, Op::Environment(1));
        let at = body.ops.iter().position(makes).unwrap();
        assert!(!body.has_own_env(at - 1) && body.has_own_env(at));
        assert!(!body.has_own_env(body.ops.len() - 1));
        // Before and after, the argument is in the frame.
        assert!(!has(body, |op| matches!(op, Op::OuterForced { .. })));
    });
    let begins_with = |program: &str, slots: u32| {
        chunk_of(program, |state, chunk| {
            let body = compile(state, chunk.units[0]);
            assert_eq!(body.env_slots, slots, "{program}");
            assert!(body.has_own_env(0));
        });
    };
    // A thunk before the condition is decided, no condition, named arguments.
    begins_with("f: x: if f (x + 1) then [ (x + 2) ] else x", 1);
    begins_with("x: [ (x + 1) ]", 1);
    begins_with("{ x }: if x then [ (x + 1) ] else x", 1);
    begins_with("x: if x then x else 1", 0);
}

#[test]
fn operators_are_instructions_unless_something_shadows_their_builtin() {
    chunk_of("3 - 1", |_, chunk| {
        assert!(has(chunk, |op| matches!(op, Op::Sub { .. })));
    });
    chunk_of("let __sub = a: b: 0; in 3 - 1", |_, chunk| {
        assert!(!has(chunk, |op| matches!(op, Op::Sub { .. })));
        assert!(has(chunk, |op| matches!(op, Op::Call { arguments: 2, .. })));
    });
}

#[test]
fn operands_know_how_many_operators_are_around_them() {
    chunk_of("x: 1 - (2 - x)", |state, chunk| {
        let body = compile(state, chunk.units[0]);
        assert!(has(body, |op| matches!(
            op,
            Op::LocalForced { depth: 2, .. }
        )));
    });
}

#[test]
fn positions_belong_to_the_instructions_that_may_fail() {
    chunk_of("{ }.a", |state, chunk| {
        let select = chunk
            .ops
            .iter()
            .position(|op| matches!(op, Op::SelectForced { .. }))
            .unwrap();
        let place = state.positions.locate(chunk.position(select)).unwrap();
        assert_eq!((place.line, place.column), (1, 1));
    });
}
