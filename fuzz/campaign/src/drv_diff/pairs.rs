//! Which input of one derivation stands for which input of the other.

use twinix_evaluator::{derivation::store_path::name_of, formats::versions::parse_drv_name};

/// An input of a derivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path.
    pub path: Vec<u8>,
    /// The path of its content, where that is fixed: inputs that give the same are the same.
    pub content: Option<Vec<u8>>,
    /// Where the derivation mentions it: inputs of one name are told apart by their order.
    pub mentioned: Option<usize>,
}

/// Two lists of store paths, side by side.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// What corresponds; the same path stands for itself.
    pub both: Vec<(Vec<u8>, Vec<u8>)>,
    /// What only A has.
    pub only_a: Vec<Vec<u8>>,
    /// What only B has.
    pub only_b: Vec<Vec<u8>>,
}

/// Pairs inputs: those of the same path, then those of the same content, of the same name, of the same
/// name without version.
pub fn pair(a: Vec<Input>, b: Vec<Input>) -> Pairs {
    let mut left = Left {
        both: Vec::new(),
        a,
        b,
    };
    for inputs in [&mut left.a, &mut left.b] {
        inputs.sort_by(|one, other| {
            let key = |input: &Input| input.mentioned.unwrap_or(usize::MAX);
            (key(one), &one.path).cmp(&(key(other), &other.path))
        });
    }
    left.take(|input| Some(&input.path));
    left.take(|input| input.content.as_deref());
    left.take(|input| Some(name_of(&input.path)));
    left.take(|input| Some(parse_drv_name(short_name(&input.path)).0));
    let paths = |inputs: Vec<Input>| inputs.into_iter().map(|input| input.path).collect();
    let mut both = left.both;
    // In the order of their names, which both sides share.
    both.sort_by(|one, other| name_of(&one.0).cmp(name_of(&other.0)).then(one.cmp(other)));
    Pairs {
        both,
        only_a: paths(left.a),
        only_b: paths(left.b),
    }
}

/// The name of a derivation, without the extension of its file.
pub fn short_name(path: &[u8]) -> &[u8] {
    let name = name_of(path);
    name.strip_suffix(b".drv").unwrap_or(name)
}

/// What is not paired yet.
struct Left {
    both: Vec<(Vec<u8>, Vec<u8>)>,
    a: Vec<Input>,
    b: Vec<Input>,
}

impl Left {
    /// Pairs what has the same key.
    fn take(&mut self, key: impl Fn(&Input) -> Option<&[u8]>) {
        let mut left = Vec::new();
        for a in std::mem::take(&mut self.a) {
            let other = key(&a).and_then(|of_a| self.b.iter().position(|b| key(b) == Some(of_a)));
            match other {
                Some(at) => {
                    let b = self.b.remove(at);
                    self.both.push((a.path, b.path));
                }
                None => left.push(a),
            }
        }
        self.a = left;
    }
}

#[cfg(test)]
mod tests {
    use super::{Input, pair};

    fn input(hash: char, name: &str, content: Option<&str>, mentioned: Option<usize>) -> Input {
        let hash: String = std::iter::repeat_n(hash, 32).collect();
        Input {
            path: format!("/nix/store/{hash}-{name}").into_bytes(),
            content: content.map(|text| text.as_bytes().to_vec()),
            mentioned,
        }
    }

    /// The first characters of the hashes of what is paired, and of what is not.
    fn paired(a: Vec<Input>, b: Vec<Input>) -> (Vec<String>, String, String) {
        let pairs = pair(a, b);
        let letter = |path: &Vec<u8>| char::from(path["/nix/store/".len()]);
        (
            (pairs.both.iter())
                .map(|(a, b)| [letter(a), letter(b)].iter().collect())
                .collect(),
            pairs.only_a.iter().map(letter).collect(),
            pairs.only_b.iter().map(letter).collect(),
        )
    }

    #[test]
    fn the_same_path_comes_first_then_the_name_then_the_name_without_version() {
        let of = |hash, name| input(hash, name, None, None);
        let a = vec![
            of('1', "x-1.drv"),
            of('2', "x-1.drv"),
            of('3', "y-1.0.drv"),
            of('4', "a.drv"),
        ];
        let b = vec![
            of('2', "x-1.drv"),
            of('5', "x-1.drv"),
            of('6', "y-2.0.drv"),
            of('7', "b.drv"),
        ];
        let both = ["15", "22", "36"].map(str::to_owned).to_vec();
        assert_eq!(paired(a, b), (both, "4".to_owned(), "7".to_owned()));
    }

    #[test]
    fn inputs_of_one_name_are_told_apart_by_content_and_order() {
        let a = vec![
            input('1', "source.drv", None, Some(9)),
            input('2', "source.drv", None, Some(5)),
            input('3', "source.drv", Some("c"), Some(1)),
        ];
        let b = vec![
            input('4', "source.drv", None, Some(3)),
            input('5', "source.drv", None, Some(4)),
            input('6', "source.drv", Some("c"), Some(8)),
        ];
        let both = ["15", "24", "36"].map(str::to_owned).to_vec();
        assert_eq!(paired(a, b), (both, String::new(), String::new()));
    }
}
