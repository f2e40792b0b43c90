//! What the rest of the evaluator relies on, small enough to run under Miri.

use super::{Attrs, Bytes, Env, Heap, Key, Keys, List, Thunk, ThunkState, Value, View};
use crate::compiler::Unit;
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::ast::Expr;
use std::cell::Cell;

#[test]
fn integers_keep_all_64_bits() {
    let heap = Heap::new();
    for n in [
        0,
        1,
        -1,
        i64::MAX,
        i64::MIN,
        1 << 60,
        -(1 << 60),
        (1 << 60) - 1,
    ] {
        match Value::int(&heap, n).view() {
            View::Int(m) => assert_eq!(m, n),
            _ => panic!("{n} is an integer"),
        }
    }
}

#[test]
fn lists_are_made_of_values_that_are_made_meanwhile() {
    let heap = Heap::new();
    let texts = ["a", "a string that is longer than a word", ""];
    let list = List::of(
        &heap,
        (texts.iter()).map(|text| Value::string(Bytes::new(&heap, text.as_bytes()))),
    );
    let found: Vec<&[u8]> = (list.items().iter())
        .map(|item| item.as_string().unwrap().bytes())
        .collect();
    assert_eq!(found, texts.map(str::as_bytes));
    assert_eq!(heap.alloc_joined(&[1, 2], &[3]), [1, 2, 3]);
    assert_eq!(heap.alloc_joined::<u8>(&[], &[]), []);
}

#[test]
fn strings_and_lists_round_trip() {
    let heap = Heap::new();
    let words: Vec<Value> = ["", "a", "hello world, this is longer than a word"]
        .iter()
        .map(|text| Value::string(Bytes::new(&heap, text.as_bytes())))
        .collect();
    let list = Value::list(List::new(&heap, &words));
    let items = list.as_list().unwrap().items();
    assert_eq!(items.len(), 3);
    assert_eq!(items[1].as_string().unwrap().bytes(), b"a");
    assert_eq!(
        items[2].as_string().unwrap().bytes(),
        b"hello world, this is longer than a word"
    );
}

#[test]
fn appending_copies_nothing_that_can_be_seen() {
    let heap = Heap::new();
    let mut all = vec![Bytes::new(&heap, &[b'-'; 200])];
    for turn in 0..60u8 {
        let last = all[all.len() - 1];
        all.push(Bytes::append(
            &heap,
            &[last.bytes(), &heap.alloc([turn; 3])[..], b"!"],
        ));
    }
    // A second one that goes on from an early value leaves the others alone.
    let other = Bytes::append(&heap, &[all[50].bytes(), b"other"]);
    assert_eq!(other.bytes().len(), 200 + 50 * 4 + 5);
    assert!(
        other
            .bytes()
            .ends_with(&[49, 49, 49, b'!', b'o', b't', b'h', b'e', b'r'])
    );
    for (turns, text) in all.iter().enumerate() {
        let bytes = text.bytes();
        assert_eq!(bytes.len(), 200 + 4 * turns);
        assert!(bytes[..200].iter().all(|&byte| byte == b'-'));
        for (turn, part) in bytes[200..].chunks(4).enumerate() {
            let turn = turn as u8;
            assert_eq!(part, [turn, turn, turn, b'!']);
        }
    }
}

#[test]
fn lists_share_what_they_have_in_common() {
    let heap = Heap::new();
    let number = |n: i64| Value::int(&heap, n);
    let mut all = vec![List::new(&heap, &(0..40).map(number).collect::<Vec<_>>())];
    for turn in 40..120 {
        let last = all[all.len() - 1];
        all.push(List::append(&heap, last, List::new(&heap, &[number(turn)])));
    }
    let other = List::append(&heap, all[9], List::new(&heap, &[number(-1)]));
    let rest = List::sharing(&heap, &all[70].items()[1..]);
    let numbers = |list: List<'_>| -> Vec<i64> {
        list.items()
            .iter()
            .filter_map(|item| item.small_int())
            .collect()
    };
    for (turns, list) in all.iter().enumerate() {
        assert_eq!(numbers(*list), (0..40 + turns as i64).collect::<Vec<_>>());
    }
    assert_eq!(numbers(other), (0..49).chain([-1]).collect::<Vec<_>>());
    assert_eq!(numbers(rest), (1..110).collect::<Vec<_>>());
}

#[test]
fn parts_of_strings_keep_their_context() {
    use crate::context::ContextSet;
    let heap = Heap::new();
    let text = Bytes::new(&heap, &[b'x'; 1000]);
    let context = heap.alloc(ContextSet {
        elements: &[],
        unread: false,
    });
    for size in [0, 1, 127, 128, 999] {
        let part = Bytes::sharing(&heap, &text.bytes()[1..1 + size], Some(context));
        assert_eq!(part.bytes().len(), size);
        assert!(
            part.context()
                .is_some_and(|found| std::ptr::eq(found, context))
        );
    }
}

#[test]
fn attributes_are_found_by_symbol() {
    let heap = Heap::new();
    let keys: Vec<Key> = (0..20)
        .map(|n| Key {
            name: Symbol(n * 3),
            pos: Pos::NONE,
        })
        .collect();
    let values: Vec<Value> = (0..20).map(|n| Value::int(&heap, n)).collect();
    let set = Attrs::new(&heap, Keys::new(&heap, &keys), &values);
    assert_eq!(set.get(Symbol(27)).unwrap().small_int(), Some(9));
    assert!(set.get(Symbol(28)).is_none());
}

/// Sets of the symbols from `from` on, each the value of its number times `factor`.
fn set_of<'h>(heap: &'h Heap, from: u32, count: u32, factor: i64) -> Attrs<'h> {
    let keys: Vec<Key> = (from..from + count)
        .map(|n| Key {
            name: Symbol(n),
            pos: Pos::NONE,
        })
        .collect();
    let values: Vec<Value> = (from..from + count)
        .map(|n| Value::int(heap, i64::from(n) * factor))
        .collect();
    Attrs::new(heap, Keys::new(heap, &keys), &values)
}

#[test]
fn a_small_set_over_a_large_one_hides_its_attributes() {
    let heap = Heap::new();
    let large = set_of(&heap, 0, 100, 1);
    let before = heap.allocated();
    let both = Attrs::update(&heap, large, set_of(&heap, 98, 4, 10));
    assert!(
        heap.allocated() - before < 200,
        "the large one is not copied"
    );
    let at = |set: Attrs, n| set.get(Symbol(n)).and_then(Value::small_int);
    assert_eq!(
        (at(both, 97), at(both, 98), at(both, 101)),
        (Some(97), Some(980), Some(1010))
    );
    assert_eq!(at(both, 102), None);
    // Merged, it is the same object with the same content.
    assert_eq!(both.len(), 102);
    assert_eq!(
        (at(both, 97), at(both, 98), at(both, 101)),
        (Some(97), Some(980), Some(1010))
    );
    assert_eq!(large.len(), 100);
}

#[test]
fn updates_one_by_one_give_the_set_that_a_merge_gives() {
    // Enough for several layers; Miri needs minutes for what takes milliseconds.
    let steps = if cfg!(miri) { 120 } else { 2000 };
    let heap = Heap::new();
    let mut set = set_of(&heap, 0, 1, 1);
    let mut expected = std::collections::BTreeMap::from([(0, 0)]);
    for step in 0..steps {
        let name = step * 7919 % 1013;
        let factor = i64::from(step);
        set = Attrs::update(&heap, set, set_of(&heap, name, 1 + step % 3, factor));
        for n in name..name + 1 + step % 3 {
            expected.insert(n, i64::from(n) * factor);
        }
        if step % 97 == 0 {
            let found = |n: &u32| set.get(Symbol(*n)).and_then(Value::small_int);
            assert!(expected.iter().all(|(n, value)| found(n) == Some(*value)));
        }
    }
    let all: Vec<(u32, i64)> = set
        .iter()
        .map(|(key, value)| (key.name.0, value.small_int().unwrap()))
        .collect();
    assert!(all.iter().copied().eq(expected));
}

#[test]
fn environments_link_outward_and_may_be_large() {
    let heap = Heap::new();
    let outer = Env::new(&heap, None, 70_000);
    outer.set(69_999, Value::bool(true));
    let inner = Env::new(&heap, Some(outer), 2);
    inner.set(0, Value::null());
    assert_eq!(outer.len(), 70_000);
    assert_eq!(inner.len(), 2);
    assert!(inner.get(1).is_empty_slot());
    let seen = inner.outer().unwrap().get(69_999);
    assert_eq!(seen.as_bool(), Some(true));
}

#[test]
#[should_panic(expected = "a slot's index comes from its own unit")]
fn a_slot_outside_the_environment_is_refused() {
    let heap = Heap::new();
    Env::new(&heap, None, 2).get(2);
}

#[test]
fn thunks_go_from_call_to_value() {
    let heap = Heap::new();
    let call = [Value::builtin(7), Value::int(&heap, 5)];
    let thunk = Thunk::suspend_call(&heap, &call);
    match thunk.state() {
        ThunkState::Call(words) => assert_eq!(words[1].small_int(), Some(5)),
        _ => panic!("a suspended call"),
    }
    thunk.restore();
    assert!(matches!(thunk.state(), ThunkState::Call(words) if words.len() == 2));
    thunk.finish(Value::null());
    assert!(matches!(thunk.state(), ThunkState::Done(_)));
    assert!(matches!(
        Value::thunk(thunk).evaluated().unwrap().view(),
        View::Null
    ));
    let failed = Thunk::suspend_call(&heap, &call);
    failed.fail(12);
    assert!(matches!(failed.state(), ThunkState::Failed(12)));
}

#[test]
fn a_thunk_of_a_unit_is_a_black_hole_while_it_runs() {
    let heap = Heap::new();
    let unit = heap.alloc(Unit {
        parent: None,
        body: heap.alloc(Expr::List(&[])),
        lambdas: &[],
        has_env: Cell::new(false),
        chunk: Cell::new(None),
    });
    let thunk = Thunk::suspend(&heap, unit, None);
    thunk.enter();
    assert!(matches!(thunk.state(), ThunkState::Blackhole));
    // What failed or was given up can be evaluated again.
    thunk.restore();
    assert!(matches!(thunk.state(), ThunkState::Suspended(..)));
    thunk.enter();
    assert!(matches!(thunk.state(), ThunkState::Blackhole));
    thunk.finish(Value::null());
    assert!(matches!(thunk.state(), ThunkState::Done(_)));
}

#[test]
fn thunks_that_share_a_function_go_from_call_to_value() {
    let heap = Heap::new();
    let function = heap.alloc(Value::builtin(7));
    let thunks = [3, 4].map(|n| Thunk::suspend_apply(&heap, function, Value::int(&heap, n)));
    let argument = |thunk: &Thunk<'_>| match thunk.state() {
        ThunkState::Apply(function, argument) => {
            assert!(matches!(function.view(), View::Builtin(7)));
            argument.small_int()
        }
        _ => panic!("a suspended call"),
    };
    assert_eq!(thunks.map(argument), [Some(3), Some(4)]);
    let [thunk, other] = thunks;
    thunk.restore();
    assert_eq!(argument(thunk), Some(3));
    assert_eq!(argument(thunk.copy(&heap)), Some(3));
    let failed = thunk.copy(&heap);
    failed.reveal(&heap, Value::null());
    assert!(matches!(failed.value().unwrap().view(), View::Null));
    failed.restore();
    assert!(!failed.is_revealed());
    assert!(matches!(failed.value().unwrap().view(), View::Null));
    assert_eq!(argument(thunk), Some(3));
    thunk.finish(Value::null());
    assert!(matches!(thunk.state(), ThunkState::Done(_)));
    assert_eq!(argument(other), Some(4));
}

#[test]
fn large_objects_get_chunks_of_their_own() {
    let heap = Heap::new();
    let big = vec![b'x'; 1 << 20];
    let a = Bytes::new(&heap, &big);
    let b = Bytes::new(&heap, b"after");
    assert_eq!(a.bytes().len(), 1 << 20);
    assert_eq!(b.bytes(), b"after");
    assert!(heap.allocated() >= 1 << 20);
    heap.set_limit(1 << 20);
    assert!(heap.over_limit());
}
