//! What the first line of a corpus program says about how it is evaluated.

use twinix_oracle::{recorded::RecordedSettings, settings::Mode};

/// The settings that the first line of a program asks for: `# flags: …` are all flags that follow
/// `--eval`, `# instantiate: …` all flags without `--eval`, `# features: …` are experimental features beside the usual `--strict`.
pub fn settings(source: &[u8]) -> Option<RecordedSettings> {
    let line = source.split(|&byte| byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    if let Some(text) = line.strip_prefix("# flags:") {
        let (mode, flags) = mode_of(words(text));
        return Some(RecordedSettings {
            mode,
            flags,
            ..RecordedSettings::default()
        });
    }
    if let Some(text) = line.strip_prefix("# instantiate:") {
        return Some(RecordedSettings {
            mode: Mode::Instantiate,
            flags: words(text),
            ..RecordedSettings::default()
        });
    }
    let features = line.strip_prefix("# features:")?;
    Some(RecordedSettings {
        features: words(features),
        ..RecordedSettings::default()
    })
}

/// The mode that flags ask for, and those that remain.
fn mode_of(mut flags: Vec<String>) -> (Mode, Vec<String>) {
    let mut take = |name: &str| {
        let before = flags.len();
        flags.retain(|flag| flag != name);
        flags.len() < before
    };
    take("--eval");
    let mode = if !take("--strict") {
        Mode::Lazy
    } else if take("--json") {
        Mode::Json
    } else if take("--xml") {
        // The mode leaves positions out; without the flag they are asked for.
        if take("--no-location") {
            Mode::Xml
        } else {
            flags.push("--xml".to_owned());
            Mode::Strict
        }
    } else {
        Mode::Strict
    };
    (mode, flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(source: &str) -> (Mode, String) {
        let settings = settings(source.as_bytes()).unwrap();
        (settings.mode, settings.flags.join(" "))
    }

    #[test]
    fn flags_replace_the_usual_ones() {
        assert_eq!(flags("# flags: --eval\n1"), (Mode::Lazy, String::new()));
        assert_eq!(
            flags("# flags: --strict --json"),
            (Mode::Json, String::new())
        );
        assert_eq!(
            flags("# flags: --strict --arg x 1+1\n"),
            (Mode::Strict, "--arg x 1+1".to_owned())
        );
        assert_eq!(flags("# flags: --xml"), (Mode::Lazy, "--xml".to_owned()));
        assert_eq!(
            flags("# flags: --strict --xml --no-location"),
            (Mode::Xml, String::new())
        );
    }

    #[test]
    fn a_program_may_be_there_for_its_derivations() {
        assert_eq!(
            flags("# instantiate: -A a"),
            (Mode::Instantiate, "-A a".to_owned())
        );
    }

    #[test]
    fn features_stay_strict() {
        let settings = settings(b"# features: flakes fetch-tree\n1").unwrap();
        assert_eq!(settings.mode, Mode::Strict);
        assert_eq!(settings.features, ["flakes", "fetch-tree"]);
    }

    #[test]
    fn other_comments_say_nothing() {
        assert_eq!(settings(b"# a claim\n# flags: --json\n1"), None);
        assert_eq!(settings(b"\xff"), None);
    }
}
