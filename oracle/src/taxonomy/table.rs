//! How each kind of error is recognised in the messages of the four releases: one row is one thing to add.

use super::ErrorKind;

/// One way in which a kind shows.
pub(super) struct Row {
    /// The kind.
    pub(super) kind: ErrorKind,
    /// What is looked for in the message.
    pub(super) pattern: &'static str,
    /// Whether 2.3 and 2.8 always give a position with it. They give none with a `throw`, so that the
    /// same text without a position is a `throw` that looks like it.
    pub(super) placed: bool,
}

const fn row(kind: ErrorKind, pattern: &'static str) -> Row {
    Row {
        kind,
        pattern,
        placed: false,
    }
}

const fn placed(kind: ErrorKind, pattern: &'static str) -> Row {
    Row {
        kind,
        pattern,
        placed: true,
    }
}

/// The rows; the first one that matches wins.
pub(super) const TABLE: &[Row] = &[
    row(
        ErrorKind::Abort,
        r"^evaluation aborted with the following error message",
    ),
    placed(ErrorKind::Parse, r"^syntax error"),
    row(ErrorKind::Parse, r"^invalid (integer|float) '"),
    row(ErrorKind::Parse, r"^path .*has a trailing slash$"),
    row(ErrorKind::Parse, r"^URL literals are disabled$"),
    placed(ErrorKind::Parse, r"^duplicate formal function argument '"),
    placed(ErrorKind::Parse, r"^dynamic attributes not allowed in "),
    placed(ErrorKind::Parse, r"^attribute '.*' already defined at "),
    row(
        ErrorKind::Parse,
        r"(?s)NUL byte|null bytes? in (the )?(source|expression)|^input string '.*' cannot be represented",
    ),
    row(
        ErrorKind::Parse,
        r" \(lint-(url|short-path|absolute-path)-literals\)$",
    ),
    placed(
        ErrorKind::DuplicateAttribute,
        r"^dynamic attribute '.*' already defined at ",
    ),
    placed(ErrorKind::UndefinedVariable, r"^undefined variable '"),
    row(
        ErrorKind::SearchPath,
        r"^file '.*' was not found in the Nix search path",
    ),
    row(
        ErrorKind::SearchPath,
        r"^cannot look up '<.*>' in pure eval",
    ),
    row(
        ErrorKind::InfiniteRecursion,
        r"^infinite recursion encountered",
    ),
    row(ErrorKind::RecursionDepth, r"^stack overflow"),
    // Our own words for a limit that C++ Nix does not have.
    row(
        ErrorKind::RecursionDepth,
        r"^the evaluation nests deeper than allowed$",
    ),
    row(ErrorKind::Feature, r"^experimental Nix feature '"),
    row(
        ErrorKind::Feature,
        r" requires the 'flakes' experimental feature",
    ),
    row(
        ErrorKind::Restricted,
        r" is forbidden in (restricted mode|pure eval)",
    ),
    row(ErrorKind::Restricted, r"^in pure evaluation mode, "),
    row(ErrorKind::Restricted, r" is not allowed in pure eval"),
    // 2.26 says `path ''` instead of which, so that derivations cannot be told from other objects.
    row(
        ErrorKind::Store,
        r"^cannot find '.*', since path '.*' is not valid$",
    ),
    row(
        ErrorKind::ImportFromDerivation,
        r"allow-import-from-derivation",
    ),
    row(
        ErrorKind::ImportFromDerivation,
        r"path '.*\.drv' is not valid$",
    ),
    row(
        ErrorKind::ImportFromDerivation,
        r"^cannot build '.*' during evaluation",
    ),
    row(ErrorKind::HashMismatch, r"^(hash|store path) mismatch"),
    row(ErrorKind::HashMismatch, r"^NAR hash mismatch"),
    row(
        ErrorKind::Store,
        r"^cannot (import|read|check the existence of) '.*', since path '.*' is not valid$",
    ),
    placed(ErrorKind::DivisionByZero, r"^division by zero$"),
    row(ErrorKind::Overflow, r"^integer overflow in "),
    row(ErrorKind::Overflow, r"^overflow in integer division"),
    // 2.34 refuses what a conversion to a float changed before (`floor`, `ceil`).
    row(
        ErrorKind::Overflow,
        r"^Due to a bug .* the NixInt argument |^Due to a bug .* because the NixInt argument ",
    ),
    row(ErrorKind::Overflow, r"is not in the range of NixInt"),
    row(ErrorKind::Overflow, r"outside of Nix integer range"),
    row(ErrorKind::Overflow, r"^out-of-range JSON number"),
    row(
        ErrorKind::MissingArgument,
        r"^(anonymous |function |').* called without required argument '",
    ),
    row(
        ErrorKind::MissingArgument,
        r"^cannot (auto-call|evaluate) a function that has an argument without ",
    ),
    row(
        ErrorKind::UnexpectedArgument,
        r"^(anonymous |function |').* called with unexpected argument '",
    ),
    // That of `let { … }`, for which 2.8 has no position.
    row(ErrorKind::MissingAttribute, r"^attribute 'body' missing$"),
    placed(
        ErrorKind::MissingAttribute,
        r"^attribute '.*' (is )?(missing|required)",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^attribute '.*' in selection path '.*' not found",
    ),
    placed(
        ErrorKind::MissingAttribute,
        r"^'.*' attribute missing in a call to ",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^(missing )?required '?attribute",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^missing required '.*' attribute",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^required attribute '.*' missing",
    ),
    row(ErrorKind::MissingAttribute, r"^'.*' (argument )?required$"),
    row(
        ErrorKind::Index,
        r"^list index -?\d+ (in selection path '.*' )?is out of ",
    ),
    row(ErrorKind::Index, r"called on an empty list$"),
    row(ErrorKind::Index, r"^'builtins\.elemAt' called with index "),
    row(ErrorKind::Type, r"^expected (a|an) .* but found "),
    row(ErrorKind::Type, r"^expected (a|an) .* but got "),
    row(ErrorKind::Type, r"^value is .* while .* was expected"),
    placed(ErrorKind::Type, r"^cannot (coerce|add) "),
    row(ErrorKind::Type, r"^cannot (compare|convert) "),
    placed(
        ErrorKind::Type,
        r"^attempt to call something which is not a function but ",
    ),
    row(ErrorKind::Type, r"requires a function$"),
    row(ErrorKind::Type, r" is not a function but "),
    row(
        ErrorKind::Type,
        r"^the expression selected by the selection path '.*' should be ",
    ),
    row(ErrorKind::Type, r"^does not support (JSON|XML) conversion"),
    row(
        ErrorKind::Type,
        r"^expression does not evaluate to a derivation",
    ),
    row(ErrorKind::Store, r", since path '.*' is not valid$"),
    // A `std::bad_optional_access` of the store.
    row(ErrorKind::Store, r"^bad optional access$"),
    row(
        ErrorKind::Io,
        r"^unable to download '|^[Ff]ailed to ((open|extract) archive|fetch git repository)",
    ),
    row(
        ErrorKind::Io,
        r"^cannot (get archive member name|find hard link target)|has (an )?unsupported (file )?type\b|^tarball .* is a directory, not a file\.$",
    ),
    row(
        ErrorKind::Io,
        r"(does not exist|No such file or directory|Is a directory|Not a directory|is not a (directory|regular file)|Permission denied|Too many levels of symbolic links)$",
    ),
    row(
        ErrorKind::Io,
        r"^(opening|reading|getting status|getting attributes|read of|cannot read) ",
    ),
    row(
        ErrorKind::Io,
        r"exceeds maximum NAR directory depth|^infinite symlink recursion|^too many symbolic links",
    ),
    row(ErrorKind::Io, r"^executing "),
    row(ErrorKind::Io, r"^hg failed with exit code"),
    row(
        ErrorKind::Data,
        r"^(JSON serialization error: |cannot process __json attribute: )?\[json\.exception\.",
    ),
    row(
        ErrorKind::Data,
        r"JSON (string|value|number|object|member|array element|strings)\b",
    ),
    row(
        ErrorKind::Data,
        r"^while parsing (a )?TOML|^unsupported value type in TOML",
    ),
    row(
        ErrorKind::Data,
        r"^(invalid|memory limit exceeded by) regular expression '",
    ),
    row(
        ErrorKind::Data,
        r"^hash '.*' (has wrong length|does not include a type|with unexpected algorithm|should have type)",
    ),
    row(
        ErrorKind::Data,
        r"^hash '.*' (is not|does not)|^invalid (base-?\d+|Base64|nix32|SRI) hash|^invalid character (.* )?in (base|hash|Base)",
    ),
    row(ErrorKind::Data, r"cannot be represented as a Nix string"),
    row(
        ErrorKind::Argument,
        r"^negative start position in 'substring'",
    ),
    // What the C++ library says of a start past 32 bits (`substring` in 2.26).
    row(ErrorKind::Argument, r"^basic_string_view::substr: "),
    row(ErrorKind::Argument, r"^cannot create list of size -"),
    row(ErrorKind::Argument, r"^'from' and 'to' arguments "),
    row(ErrorKind::Argument, r" must use an absolute path\. The '"),
    row(ErrorKind::Argument, r"^not an absolute path: '"),
    row(
        ErrorKind::Argument,
        r"^relative path '.*' points outside of its parent's store path ",
    ),
    row(
        ErrorKind::Argument,
        r"^empty attribute name in selection path '",
    ),
    row(
        ErrorKind::Argument,
        r"^unknown hash (type|algorithm|format) '",
    ),
    row(
        ErrorKind::Argument,
        r"^string '.*' doesn't represent an absolute path|^path segment '.*' must not contain null",
    ),
    row(
        ErrorKind::Argument,
        r"^a string that refers to a store path cannot be appended to a path|^string '.*' cannot refer to other paths$",
    ),
    row(
        ErrorKind::Argument,
        r"^the string '.*' is not allowed to refer to a store path",
    ),
    row(
        ErrorKind::Argument,
        r"^(file|derivation) names are (not )?allowed to end in '",
    ),
    row(ErrorKind::Argument, r"(?s)^The path name '.*' is invalid: "),
    row(
        ErrorKind::Argument,
        r"contains illegal (base-32 )?character|has an empty name|name must not be empty|^invalid derivation name|has a name longer than",
    ),
    row(
        ErrorKind::Argument,
        r"^(duplicate|invalid) derivation output ",
    ),
    row(ErrorKind::Type, r"^derivation name missing$"),
    row(
        ErrorKind::Argument,
        r"^derivation does not contain a 'drvPath' attribute$",
    ),
    row(
        ErrorKind::Argument,
        r"^derivation '.*' lacks an 'outputName' attribute",
    ),
    row(
        ErrorKind::Argument,
        r"^store path '.*' is not a valid derivation path$",
    ),
    row(ErrorKind::Argument, r"^derivation cannot "),
    row(
        ErrorKind::Argument,
        r"^string '.*' cannot refer to other paths|^map::at$|^no hash for output '|^empty hash requires explicit hash |^Git file ingestion must use SHA-1 ",
    ),
    row(
        ErrorKind::Store,
        r"^cannot operate on output '.*' of the unbuilt derivation '|^derivation '.*' is not valid$",
    ),
    row(
        ErrorKind::Argument,
        r"^multiple outputs are not supported in fixed-output ",
    ),
    row(
        ErrorKind::Argument,
        r"^invalid value '.*' for 'outputHashMode'",
    ),
    row(
        ErrorKind::Argument,
        r"^in 'toFile': |^files created by .* may not reference derivations",
    ),
    row(
        ErrorKind::Argument,
        r"^[Cc]ontext key '.*' is not a store path",
    ),
    row(
        ErrorKind::Argument,
        r"^[Tt]ried to add .* context of |^path '.*' is not a derivation$",
    ),
    row(
        ErrorKind::Argument,
        r"^unsupported argument '|^attribute '.*' isn't supported in call",
    ),
    row(
        ErrorKind::Argument,
        r"^context of string '|^string '.*' has (.* in its context|a context |context )",
    ),
    row(
        ErrorKind::Argument,
        r"`addDrvOutputDependencies` can only act on derivations",
    ),
    row(
        ErrorKind::Argument,
        r"^Cannot parse Nix store '|^`https?` Store requires a non-empty authority",
    ),
    row(
        ErrorKind::Io,
        r"^(program|executing) .*(git|tar|hg)\b|^opening Git repository|^resolving (Git reference|HEAD:)",
    ),
    row(
        ErrorKind::Io,
        r"^(Git repository|tarball) .* does not exist|^getting Git object|^Failed to (fetch|open)",
    ),
    row(
        ErrorKind::Type,
        r"^(fetchTree argument '|argument ').*while a string, Boolean or integer is expected",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^(argument|attribute) 'type' is missing in call",
    ),
    row(
        ErrorKind::Argument,
        r"^(argument|attribute) 'name' isn.t supported in call|^unexpected (argument|attribute) 'type'$",
    ),
    row(
        ErrorKind::Argument,
        r"^flake reference '.*' is not an absolute path$|^flake reference attribute sets may only",
    ),
    row(
        ErrorKind::Argument,
        r"^unexpected fragment '|^invalid flakeref '|^path URL '|^in (flake )?URL '",
    ),
    row(
        ErrorKind::Argument,
        r"^input '.*' is unsupported|^cannot (show|fetch) (unsupported )?input '",
    ),
    row(
        ErrorKind::Argument,
        r"^input attribute '|^'type' attribute to specify|^unsupported .*input attribute '",
    ),
    row(
        ErrorKind::Argument,
        r"^invalid (Git|Mercurial) (branch/tag name|revision)|^'fetchClosure' |^input .* contains (an invalid|both a)",
    ),
    row(
        ErrorKind::Argument,
        r"^invalid URI (query|parameter) '|is not a valid URL|doesn't have a scheme$",
    ),
    row(
        ErrorKind::Argument,
        r"^file:// URL '|^(SCP-like )?URL '|^port '.*' is invalid|is not a valid flake ID$",
    ),
    row(
        ErrorKind::Argument,
        r"^negative value given for |^narHash must use|^hash '.*' is not SRI",
    ),
    row(
        ErrorKind::Argument,
        r"^flake (input|configuration|'self'|'.*' (has|lacks)|.*requires lock file changes)",
    ),
    row(
        ErrorKind::Argument,
        r"^unexpected flake input attribute|must be an attribute set$|^found circular import",
    ),
    row(
        ErrorKind::Argument,
        r"^[Ll]ock ?file |^input '.*' follows a non-existent|^follow cycle detected",
    ),
    row(
        ErrorKind::HashMismatch,
        r"^mismatch in field '|'(lastModified|rev|revCount)' attribute mismatch",
    ),
    row(
        ErrorKind::Store,
        r"is not in the Nix store$|is not a valid store path|is too short to be a valid store path|is not valid$",
    ),
    row(
        ErrorKind::Argument,
        r"^path string '.*' has context with the different path '",
    ),
    // What a store refuses that is written to.
    row(
        ErrorKind::Store,
        r"^error parsing derivation '|^derivation ('.*' )?has (incorrect|missing) (output|environment variable) '|^path '.*' does not exist and cannot be created$|^path '.*' is required, but there is no substituter",
    ),
    row(
        ErrorKind::Store,
        r"^cannot add path|^dummy|operation .* is not supported by store",
    ),
    row(
        ErrorKind::Usage,
        r"^unrecognised flag '|^flag '.*' requires|^'.*' (requires|is not a recognised)",
    ),
    row(
        ErrorKind::Usage,
        r"requires (at least )?\d+ argument|^unknown (setting|flag)",
    ),
    placed(ErrorKind::Assert, r"^assertion .* failed$"),
];
