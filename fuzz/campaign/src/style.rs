//! Colours, on a terminal only.

use console::{Style, StyledObject};
use twinix_oracle::Verdict;

/// How text is shown.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether in colour.
    pub colour: bool,
    /// How many columns there are.
    pub width: usize,
}

impl Look {
    /// As suits standard output: `NO_COLOR` and `CLICOLOR` are honoured.
    pub fn of_stdout() -> Self {
        let terminal = console::Term::stdout();
        let is_terminal = terminal.is_term();
        let width = if is_terminal {
            usize::from(terminal.size().1).clamp(60, 160)
        } else {
            100
        };
        Self {
            colour: is_terminal && console::colors_enabled(),
            width,
        }
    }

    fn in_style<T: std::fmt::Display>(self, style: Style, text: T) -> StyledObject<T> {
        style.force_styling(self.colour).apply_to(text)
    }

    /// In the colour of a verdict.
    pub fn verdict<T: std::fmt::Display>(self, verdict: &Verdict, text: T) -> StyledObject<T> {
        let style = Style::new();
        let style = match verdict {
            Verdict::Agree => style.green(),
            Verdict::Divergence => style.red().bold(),
            Verdict::Drift => style.magenta(),
            Verdict::Inconclusive { .. } => style.yellow(),
            Verdict::Known { .. } => style.cyan(),
        };
        self.in_style(style, text)
    }

    /// What the subject has.
    pub fn subject<T: std::fmt::Display>(self, text: T) -> StyledObject<T> {
        self.in_style(Style::new().red(), text)
    }

    /// What the oracle has.
    pub fn oracle<T: std::fmt::Display>(self, text: T) -> StyledObject<T> {
        self.in_style(Style::new().green(), text)
    }

    /// What is said beside the matter.
    pub fn dim<T: std::fmt::Display>(self, text: T) -> StyledObject<T> {
        self.in_style(Style::new().dim(), text)
    }

    /// A heading.
    pub fn bold<T: std::fmt::Display>(self, text: T) -> StyledObject<T> {
        self.in_style(Style::new().bold(), text)
    }
}
