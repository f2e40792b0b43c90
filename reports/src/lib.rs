//! Reports: a campaign as HTML, Markdown, JSON, JUnit and SARIF.
