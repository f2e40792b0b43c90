//! `builtins.sort`. Which elements are compared in which order can be seen by
//! programs (traces, errors, orders that contradict themselves), so both
//! algorithms of C++ Nix are here: libstdc++'s `std::stable_sort`, and since
//! 2.29 peeksort (`sort.hh`; Munro and Wild, "Nearly-Optimal Mergesorts", 2018).

use super::demand::Demand;
use super::lists::demand_both;
use crate::dialect::Behaviour;
use crate::errors::Result;
use crate::heap::{Value, View};
use crate::positions::Pos;
use crate::vm::{Co, Shared, less_than};

pub(super) async fn sort<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    function: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    const FUNCTION: &str = "while evaluating the first argument passed to builtins.sort";
    const LIST: &str = "while evaluating the second argument passed to builtins.sort";
    let demand = Demand::new(&co, &state);
    let (function, list) = demand_both(&demand, function, FUNCTION, list, LIST).await?;
    if list.items().is_empty() {
        return Ok(Value::list(list));
    }
    for &item in list.items() {
        co.force(item).await?;
    }
    let builtin_order = match function.view() {
        View::Builtin(number) => state.builtin(number).name == "lessThan",
        _ => false,
    };
    let mut items = list.items().to_vec();
    if builtin_order && sort_uniform(&mut items) {
        return Ok(state.list(&items));
    }
    let order = Order {
        co: &co,
        state: &state,
        function: (!builtin_order).then_some(function),
    };
    if state.has(Behaviour::SortsByPeeking) {
        peeksort(&order, &mut items).await?;
    } else {
        stable_sort(&order, &mut items).await?;
    }
    Ok(state.list(&items))
}

/// Sorts elements that are evaluated and of one type whose order is total: any
/// stable algorithm gives the same. Answers whether it did.
fn sort_uniform(items: &mut [Value<'_>]) -> bool {
    fn sort_by<'h, K: Ord>(items: &mut [Value<'h>], key: impl Fn(View<'h>) -> Option<K>) -> bool {
        let keyed: Option<Vec<(K, Value<'h>)>> = items
            .iter()
            .map(|&item| Some((key(item.evaluated()?.view())?, item)))
            .collect();
        let Some(mut keyed) = keyed else {
            return false;
        };
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        for (place, (_, item)) in items.iter_mut().zip(keyed) {
            *place = item;
        }
        true
    }
    match items
        .first()
        .and_then(|first| first.evaluated())
        .map(Value::view)
    {
        Some(View::Int(_)) => sort_by(items, |view| match view {
            View::Int(n) => Some(n),
            _ => None,
        }),
        Some(View::String(_)) => sort_by(items, |view| match view {
            View::String(text) => Some(text.bytes()),
            _ => None,
        }),
        Some(View::Path(_)) => sort_by(items, |view| match view {
            View::Path(path) => Some(path.bytes()),
            _ => None,
        }),
        _ => false,
    }
}

/// The order to sort by.
struct Order<'a, 'h> {
    co: &'a Co<'h>,
    state: &'a Shared<'h>,
    /// The function that tells whether its first argument comes first; `None`
    /// is `lessThan`, which is not called but done.
    function: Option<Value<'h>>,
}

impl<'h> Order<'_, 'h> {
    async fn less(&self, a: Value<'h>, b: Value<'h>) -> Result<bool> {
        match self.function {
            None => {
                let about = "while evaluating the ordering function passed to builtins.sort";
                // In a box, or every comparison would carry the room that this one needs.
                Box::pin(less_than(self.co, self.state, a, b, about)).await
            }
            Some(function) => {
                let answer = self.co.call_at(function, &[a, b], Pos::NONE).await?;
                let demand = Demand::new(self.co, self.state);
                demand.answer(
                    answer,
                    "while evaluating the return value of the sorting function passed to builtins.sort",
                )
            }
        }
    }
}

/// Up to how many elements libstdc++ sorts by insertion before it merges.
const CHUNK: usize = 7;

/// `std::stable_sort` of libstdc++ with room for a buffer.
async fn stable_sort<'h>(order: &Order<'_, 'h>, items: &mut [Value<'h>]) -> Result<()> {
    let middle = items.len().div_ceil(2);
    for half in [0..middle, middle..items.len()] {
        sort_half(order, &mut items[half]).await?;
    }
    let (left, right) = (items[..middle].to_vec(), items[middle..].to_vec());
    if left.len() <= right.len() {
        merge(order, &left, &right, items).await
    } else {
        merge_backward(order, &left, &right, items).await
    }
}

async fn sort_half<'h>(order: &Order<'_, 'h>, items: &mut [Value<'h>]) -> Result<()> {
    for chunk in items.chunks_mut(CHUNK) {
        insert_guarded(order, chunk).await?;
    }
    let mut step = CHUNK;
    while step < items.len() {
        let sorted = items.to_vec();
        for (from, to) in sorted.chunks(2 * step).zip(items.chunks_mut(2 * step)) {
            let (left, right) = from.split_at(step.min(from.len()));
            merge(order, left, right, to).await?;
        }
        step *= 2;
    }
    Ok(())
}

/// Insertion sort that asks first whether an element comes before all others.
async fn insert_guarded<'h>(order: &Order<'_, 'h>, items: &mut [Value<'h>]) -> Result<()> {
    for current in 1..items.len() {
        let item = items[current];
        let mut place = current;
        if order.less(item, items[0]).await? {
            place = 0;
        } else {
            // The first element is not after this one: it ends the search,
            // unless the order contradicts itself.
            while place > 0 && order.less(item, items[place - 1]).await? {
                place -= 1;
            }
        }
        items[place..=current].rotate_right(1);
    }
    Ok(())
}

/// Merges two sorted runs into `to`, which is as long as both.
async fn merge<'h>(
    order: &Order<'_, 'h>,
    left: &[Value<'h>],
    right: &[Value<'h>],
    to: &mut [Value<'h>],
) -> Result<()> {
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if order.less(right[j], left[i]).await? {
            to[i + j] = right[j];
            j += 1;
        } else {
            to[i + j] = left[i];
            i += 1;
        }
    }
    to[i + j..left.len() + j].copy_from_slice(&left[i..]);
    to[left.len() + j..].copy_from_slice(&right[j..]);
    Ok(())
}

/// The same from the end.
async fn merge_backward<'h>(
    order: &Order<'_, 'h>,
    left: &[Value<'h>],
    right: &[Value<'h>],
    to: &mut [Value<'h>],
) -> Result<()> {
    let (mut i, mut j) = (left.len(), right.len());
    while i > 0 && j > 0 {
        if order.less(right[j - 1], left[i - 1]).await? {
            i -= 1;
            to[i + j] = left[i];
        } else {
            j -= 1;
            to[i + j] = right[j];
        }
    }
    to[..i].copy_from_slice(&left[..i]);
    to[i..i + j].copy_from_slice(&right[..j]);
    Ok(())
}

/// Up to how many elements peeksort sorts by insertion.
const SMALL: usize = 16;

/// What peeksort has still to do, the last first.
enum Step {
    /// Sort from `begin` to `end`, where the run up to `left` and the one from
    /// `right` on are sorted already.
    Sort {
        begin: usize,
        end: usize,
        left: usize,
        right: usize,
    },
    /// Merge the sorted runs before and after `middle`.
    Merge {
        begin: usize,
        middle: usize,
        end: usize,
    },
}

async fn peeksort<'h>(order: &Order<'_, 'h>, items: &mut [Value<'h>]) -> Result<()> {
    let mut steps = vec![Step::Sort {
        begin: 0,
        end: items.len(),
        left: 0,
        right: items.len(),
    }];
    while let Some(step) = steps.pop() {
        match step {
            Step::Merge { begin, middle, end } => {
                let (left, right) = (items[begin..middle].to_vec(), items[middle..end].to_vec());
                merge(order, &left, &right, &mut items[begin..end]).await?;
            }
            Step::Sort {
                begin,
                end,
                left,
                right,
            } => {
                if left == end || right == begin {
                    continue;
                }
                if end - begin <= SMALL {
                    insert(order, &mut items[begin..end]).await?;
                    continue;
                }
                split(order, items, &mut steps, [begin, end, left, right]).await?;
            }
        }
    }
    Ok(())
}

/// Divides a large range at the end of a run: the one at its start or end if
/// that reaches the middle, else the one that lies across the middle.
async fn split<'h>(
    order: &Order<'_, 'h>,
    items: &mut [Value<'h>],
    steps: &mut Vec<Step>,
    [begin, end, left, right]: [usize; 4],
) -> Result<()> {
    let middle = begin + (end - begin) / 2;
    if middle <= left {
        steps.push(Step::Merge {
            begin,
            middle: left,
            end,
        });
        steps.push(Step::Sort {
            begin: left,
            end,
            left: left + 1,
            right,
        });
        return Ok(());
    }
    if middle >= right {
        steps.push(Step::Merge {
            begin,
            middle: right,
            end,
        });
        steps.push(Step::Sort {
            begin,
            end: right,
            left,
            right: right - 1,
        });
        return Ok(());
    }
    // Of two neighbours within the run, the second comes before the first or
    // not.
    let falling = order.less(items[middle], items[middle - 1]).await?;
    let mut from = middle - 1;
    while from > left && order.less(items[from], items[from - 1]).await? == falling {
        from -= 1;
    }
    let mut to = middle;
    while to < right && order.less(items[to], items[to - 1]).await? == falling {
        to += 1;
    }
    if falling {
        items[from..to].reverse();
    }
    if from == begin && to == end {
        return Ok(());
    }
    if middle - from < to - middle {
        steps.push(Step::Merge {
            begin,
            middle: from,
            end,
        });
        steps.push(Step::Sort {
            begin: from,
            end,
            left: to,
            right,
        });
        steps.push(Step::Sort {
            begin,
            end: from,
            left,
            right: from.saturating_sub(1),
        });
    } else {
        steps.push(Step::Merge {
            begin,
            middle: to,
            end,
        });
        steps.push(Step::Sort {
            begin: to,
            end,
            left: to + 1,
            right,
        });
        steps.push(Step::Sort {
            begin,
            end: to,
            left,
            right: from,
        });
    }
    Ok(())
}

/// Insertion sort.
async fn insert<'h>(order: &Order<'_, 'h>, items: &mut [Value<'h>]) -> Result<()> {
    for current in 1..items.len() {
        let mut place = current;
        while place > 0 && order.less(items[place], items[place - 1]).await? {
            items.swap(place, place - 1);
            place -= 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
