//! Which settings and experimental features a release knows: of others it warns, and goes on.

use std::collections::BTreeSet;

use twinix_evaluator::dialect::Dialect;

const SETTINGS: &str = include_str!("settings.txt");

/// The experimental features, the first release that has each, and the first that has it no more.
const FEATURES: &[(&str, Dialect, Option<Dialect>)] = &[
    ("auto-allocate-uids", Dialect::V2_26, None),
    ("blake3-hashes", Dialect::V2_34, None),
    ("ca-derivations", Dialect::V2_8, None),
    ("cgroups", Dialect::V2_26, None),
    ("configurable-impure-env", Dialect::V2_26, None),
    ("daemon-trust-override", Dialect::V2_26, None),
    ("dynamic-derivations", Dialect::V2_26, None),
    ("external-builders", Dialect::V2_34, None),
    ("fetch-closure", Dialect::V2_8, None),
    ("fetch-tree", Dialect::V2_26, None),
    ("flakes", Dialect::V2_8, None),
    ("git-hashing", Dialect::V2_26, None),
    ("impure-derivations", Dialect::V2_8, None),
    ("local-overlay-store", Dialect::V2_26, None),
    ("mounted-ssh-store", Dialect::V2_26, None),
    ("nix-command", Dialect::V2_8, None),
    ("no-url-literals", Dialect::V2_8, Some(Dialect::V2_34)),
    ("parse-toml-timestamps", Dialect::V2_26, None),
    ("pipe-operators", Dialect::V2_26, None),
    ("read-only-local-store", Dialect::V2_26, None),
    ("recursive-nix", Dialect::V2_8, None),
    ("verified-fetches", Dialect::V2_26, None),
];

/// A setting that some releases know.
struct Row<'t> {
    name: &'t str,
    since: Dialect,
    until: Option<Dialect>,
    /// From when on `extra-` before the name adds to it.
    extra_since: Option<Dialect>,
}

impl<'t> Row<'t> {
    fn read(line: &'t str) -> Option<Self> {
        let mut words = line.split(' ');
        Some(Self {
            name: words.next()?,
            since: words.next()?.parse().ok()?,
            until: words.next()?.parse().ok(),
            extra_since: words.next().and_then(|word| word.parse().ok()),
        })
    }

    fn is(&self, name: &str, dialect: Dialect) -> bool {
        let since = match name.strip_prefix("extra-") {
            Some(rest) if rest == self.name => self.extra_since,
            _ if name == self.name => Some(self.since),
            _ => None,
        };
        since.is_some_and(|since| dialect >= since)
            && self.until.is_none_or(|until| dialect < until)
    }
}

/// Whether a release knows a setting.
fn is_setting(name: &str, dialect: Dialect) -> bool {
    SETTINGS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(Row::read)
        .any(|row| row.is(name, dialect))
}

/// Whether a release knows an experimental feature.
pub fn is_feature(name: &str, dialect: Dialect) -> bool {
    FEATURES.iter().any(|&(known, since, until)| {
        known == name && dialect >= since && until.is_none_or(|until| dialect < until)
    })
}

/// What a release says of settings and features that it does not know.
pub(super) fn warnings<'n>(
    dialect: Dialect,
    settings: impl IntoIterator<Item = &'n str>,
    features: impl IntoIterator<Item = &'n str>,
) -> Vec<String> {
    let unknown: BTreeSet<&str> = features
        .into_iter()
        .filter(|name| dialect >= Dialect::V2_8 && !is_feature(name, dialect))
        .collect();
    let unset: BTreeSet<&str> = settings
        .into_iter()
        .filter(|name| !is_setting(name, dialect))
        .collect();
    let features = unknown
        .into_iter()
        .map(|name| format!("warning: unknown experimental feature '{name}'"));
    let settings = unset
        .into_iter()
        .map(|name| format!("warning: unknown setting '{name}'"));
    features.chain(settings).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_can_be_read() {
        let lines: Vec<&str> = SETTINGS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        let rows: Vec<Row<'_>> = lines.iter().filter_map(|line| Row::read(line)).collect();
        assert_eq!(rows.len(), lines.len());
        assert!(rows.len() > 100);
    }

    #[test]
    fn releases_know_settings_by_their_names_and_extra() {
        assert!(is_setting("cores", Dialect::V2_3));
        assert!(!is_setting("extra-cores", Dialect::V2_34));
        assert!(!is_setting("max-call-depth", Dialect::V2_8));
        assert!(is_setting("extra-allowed-uris", Dialect::V2_8));
        assert!(!is_setting("extra-allowed-uris", Dialect::V2_3));
        assert!(is_setting("extra-platforms", Dialect::V2_3));
        assert!(!is_setting("repeat", Dialect::V2_26));
    }

    #[test]
    fn each_unknown_name_is_told_once_and_in_order() {
        let said = warnings(
            Dialect::V2_34,
            ["zzz", "foo", "foo"],
            ["flakes", "no-url-literals"],
        );
        assert_eq!(
            said,
            [
                "warning: unknown experimental feature 'no-url-literals'",
                "warning: unknown setting 'foo'",
                "warning: unknown setting 'zzz'"
            ]
        );
        assert!(warnings(Dialect::V2_3, [], ["flakes"]).is_empty());
    }
}
