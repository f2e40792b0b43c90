//! What the rest of the evaluator relies on, small enough to run under Miri.

use super::{Attrs, Bytes, Env, Heap, Key, Keys, List, Thunk, ThunkState, Value, View};
use crate::positions::Pos;
use crate::symbols::Symbol;

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
    thunk.enter();
    assert!(matches!(thunk.state(), ThunkState::Blackhole));
    thunk.restore();
    assert!(matches!(thunk.state(), ThunkState::Call(words) if words.len() == 2));
    thunk.enter();
    thunk.finish(Value::null());
    assert!(matches!(thunk.state(), ThunkState::Done(_)));
    assert!(matches!(
        Value::thunk(thunk).evaluated().unwrap().view(),
        View::Null
    ));
    let failed = Thunk::suspend_call(&heap, &call);
    failed.enter();
    failed.fail(12);
    assert!(matches!(failed.state(), ThunkState::Failed(12)));
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
