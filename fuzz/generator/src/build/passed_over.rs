//! What a search passes over: addresses that lead nowhere, and archives that are none. The newest releases
//! go on after any failure, so that one program sees many of them; older ones after some.

use super::{Generator, archives::BROKEN};
use crate::{
    grammar::address,
    tree::Expr,
    types::{Place, Type},
};

fn entry(path: Expr) -> Expr {
    Expr::set([("prefix", Expr::text("p")), ("path", path)])
}

/// The name of a file that is found behind addresses that lead nowhere.
pub(super) fn addresses(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    if !generator.config.files {
        return None;
    }
    generator.file("a.txt", b"some text\n");
    let mut entries: Vec<Expr> = (0..2 + generator.below(5))
        .map(|_| entry(Expr::text(&address::passed_over(generator.choices))))
        .collect();
    entries.push(entry(Expr::Source("./.")));
    let found = generator.call("findFile", [Expr::List(entries), Expr::text("p/a.txt")]);
    Some(generator.call("baseNameOf", [found]))
}

impl Generator<'_> {
    /// What is in a folder that is found behind archives that are none.
    pub(super) fn found_behind(&mut self) -> Expr {
        let mut entries = Vec::new();
        for _ in 0..2 + self.below(4) {
            let path = if self.chance(75) {
                let archive = &BROKEN[self.below(BROKEN.len() as u32) as usize];
                let place = self.archive(archive);
                self.address("file://", place)
            } else {
                Expr::text(&address::passed_over(self.choices))
            };
            entries.push(entry(path));
        }
        entries.push(entry(self.in_store(Place::Folder)));
        let found = self.call("findFile", [Expr::List(entries), Expr::text("p")]);
        let read = self.call("readDir", [found]);
        self.call("toJSON", [read])
    }
}
