//! Dialects: the observable behaviour of the C++ Nix releases.
//!
//! One table names every behaviour that differs, with the release in which it
//! changed. Code asks the table by the behaviour's name and never compares
//! releases itself.

use std::fmt;
use std::str::FromStr;

/// The observable behaviour of one C++ Nix release.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Dialect {
    /// 2.3 (as of 2.3.7)
    V2_3,
    /// 2.8 (as of 2.8.0)
    V2_8,
    /// 2.26 (as of 2.26.3)
    V2_26,
    /// 2.34 (as of 2.34.8), the newest and the default.
    #[default]
    V2_34,
}

impl Dialect {
    /// All dialects, oldest first.
    pub const ALL: [Dialect; 4] = [Dialect::V2_3, Dialect::V2_8, Dialect::V2_26, Dialect::V2_34];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::V2_3 => "2.3",
            Dialect::V2_8 => "2.8",
            Dialect::V2_26 => "2.26",
            Dialect::V2_34 => "2.34",
        }
    }

    /// What `builtins.nixVersion` says.
    pub fn version(self) -> &'static str {
        match self {
            Dialect::V2_3 => "2.3.7",
            Dialect::V2_8 => "2.8.0",
            Dialect::V2_26 => "2.26.3",
            Dialect::V2_34 => "2.34.8",
        }
    }

    /// Whether the dialect behaves in this way.
    pub fn has(self, behaviour: Behaviour) -> bool {
        let row = &ROWS[behaviour as usize];
        self >= row.since && row.until.is_none_or(|until| self < until)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Dialect, String> {
        Dialect::ALL
            .into_iter()
            .find(|dialect| [dialect.name(), dialect.version()].contains(&text))
            .ok_or_else(|| {
                format!("there is no dialect '{text}'; there are 2.3, 2.8, 2.26 and 2.34")
            })
    }
}

/// A row of the table: a behaviour and the dialects that have it.
pub struct Row {
    /// The behaviour.
    pub behaviour: Behaviour,
    /// The first dialect that has it.
    pub since: Dialect,
    /// The first dialect that has it no more.
    pub until: Option<Dialect>,
    /// The release it changed in, where it is known; otherwise empty.
    pub changed_in: &'static str,
    /// What it is.
    pub about: &'static str,
}

macro_rules! behaviours {
    ($($name:ident: $since:ident .. $($until:ident)?, $changed:literal, $about:literal;)*) => {
        /// A behaviour that not all releases have.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Behaviour {
            $(#[doc = $about] $name,)*
        }

        /// The table of behaviours, in the order of [`Behaviour`].
        pub const ROWS: &[Row] = &[
            $(Row {
                behaviour: Behaviour::$name,
                since: Dialect::$since,
                until: behaviours!(@until $($until)?),
                changed_in: $changed,
                about: $about,
            },)*
        ];
    };
    (@until) => { None };
    (@until $until:ident) => { Some(Dialect::$until) };
}

behaviours! {
    InterpolatedPaths: V2_8.., "2.4", "Paths may contain `${…}`.";
    ListsCompare: V2_8.., "2.5", "`<` compares lists.";
    PrintEscapesInterpolation: V2_8.., "2.4", "Printed strings escape `${` as `\\${`.";
    PrintMarksRepeated: V2_8.., "2.7", "A set or list printed twice is `«repeated»`, not only one within itself `<CYCLE>`.";
    EscapedNewlineStartsLine: V2_8.., "2.7", "After `''\\n` in an indented string the next spaces are stripped as at the start of a line.";
    WithsAreLookedThrough: V2_3..V2_26, "2.20", "A variable from a `with` that was looked into before is the attribute itself and no thunk.";
    LocationsReadPastTokens: V2_3..V2_8, "2.4", "A line that ends in `\\r\\n` within a token counts a byte more than it has.";
    NulEndsStrings: V2_8..V2_34, "2.6", "A NUL byte ends the string that it stands in.";
    HashStringDropsContext: V2_8.., "2.4", "`hashString` drops the context of its argument.";
    FunctionArgsOfBuiltins: V2_8.., "2.4", "`functionArgs` accepts builtins, and its attributes have positions.";
    CorepkgsAreBuiltIn: V2_8.., "2.4", "`<nix/…>` is built in instead of an entry of the search path.";
    ShortestFloatsInJson: V2_26.., "2.12", "`toJSON` prints the shortest float that reads back the same, NaN and infinities as null.";
    JsonRefusesInvalidUtf8: V2_26.., "2.12", "`toJSON` refuses strings that are not UTF-8.";
    OverflowIsAnError: V2_26.., "2.25", "Integer overflow is an error instead of wrapping around.";
    NulBytesAreErrors: V2_26.., "2.26", "NUL bytes in the source, JSON and TOML are errors.";
    CallDepthIsLimited: V2_26.., "2.20", "`max-call-depth` limits nested calls, not the size of the native stack.";
    KeywordsPrintQuoted: V2_26.., "2.16", "Keywords as attribute names are printed in quotes.";
    ReplaceStringsIsLazy: V2_26.., "2.16", "`replaceStrings` forces only those replacements that it needs.";
    EmptyListNeedsNoFunction: V2_26.., "2.13", "`map`, `filter` and `sort` look at the function only if the list is not empty.";
    GenListChecksFunction: V2_26.., "2.14", "`genList` looks at the function even if the length is 0.";
    ClosureNeedsNoOperator: V2_26.., "2.13", "`genericClosure` needs no `operator` if `startSet` is empty.";
    SetsAreSeenUnfinished: V2_3..V2_26, "2.20", "A set can be seen, without them, while the names of its attributes are computed.";
    CopiesRealiseStorePaths: V2_26.., "", "`path` and `filterSource` look at the context of a path only if it is in the store.";
    FormalsInSourceOrder: V2_3..V2_8, "2.4", "Arguments are bound in the order in which they are written, not in that of their symbols.";
    CallsAreNested: V2_3..V2_8, "2.4", "A call with several arguments is one call in another: a variable from a `with` among the later ones is looked up after the first.";
    CallsAreSeenUnfinished: V2_3..V2_8, "2.4", "What `tryEval` and `listToAttrs` make can be seen, as far as it has come, while their arguments are evaluated.";
    InheritSharesSource: V2_26.., "2.21", "The source of `inherit (e) a b` is evaluated once.";
    InheritedPositionIsName: V2_26.., "2.21", "The position of an inherited attribute is its name.";
    EmptyListIsValue: V2_26.., "2.20", "A literal `[ ]` is never a thunk.";
    ErrorsShowValues: V2_26.., "2.20", "Type errors show the value.";
    CommandLineHasNoFile: V2_26.., "2.13", "Positions in an expression from the command line have no file.";
    DirOfDropsSlashes: V2_26..V2_34, "2.33", "`dirOf \"a//b\"` is `\"a\"`, not `\"a/\"`.";
    FloorChecksRange: V2_34.., "2.29", "`floor` and `ceil` outside of 64 bits are errors.";
    StructureCountsAsDepth: V2_34.., "2.33", "`deepSeq`, `==`, `toString` and `toJSON` count in `max-call-depth`.";
    UpdateForcesRightFirst: V2_34.., "2.32", "`//` forces its right operand first.";
    FailedThunksStayFailed: V2_34.., "2.34", "A thunk that failed is not evaluated again.";
    ElemAtCutsIndex: V2_3..V2_26, "2.13", "`elemAt` uses the lower 32 bits of its index.";
    ListToAttrsLooksAtNamesFirst: V2_34.., "2.31", "`listToAttrs` looks at all names before the first `value`.";
    SortsByPeeking: V2_34.., "2.30", "`sort` is peeksort instead of libstdc++'s merge sort.";
    ErrorContextCopiesPaths: V2_3..V2_26, "2.13", "`addErrorContext` copies a path that is its message to the store.";
    LanguageVersionIs6: V2_8.., "2.4", "`langVersion` is 6 instead of 5.";
    DerivationIsNamedFirst: V2_8.., "2.4", "The name `derivation` is interned before those in `derivation.nix`.";
    DerivationIsReadFirst: V2_26.., "2.10", "The names in `derivation.nix` are interned before those of the program.";
    SubstringChecksStartFirst: V2_26.., "", "`substring` refuses a negative start before it looks at its other arguments.";
    RegexCountsWrap: V2_3..V2_26, "", "Repetition counts of regular expressions past 32 bits wrap around.";
    JsonIsHandWritten: V2_3..V2_8, "2.4", "`fromJSON` is a parser of its own.";
    JsonIntegersWrap: V2_3..V2_26, "2.25", "Integers of JSON past 64 bits signed wrap instead of failing.";
    JsonNamesEmptyInput: V2_26.., "3.11.3 of nlohmann's library", "Empty JSON input has a message of its own.";
    SubstringOffsetsAre32Bit: V2_3..V2_26, "2.25", "`substring` reads its offsets as 32-bit integers.";
    SubstringCompares32Bits: V2_26..V2_34, "2.33", "`substring` compares only the low 32 bits of the start with the length, then fails if the whole start is past it.";
    TomlIsCpptoml: V2_3..V2_8, "2.6", "`fromTOML` is cpptoml.";
    TomlIsToml11Version3: V2_8..V2_26, "4 of toml11", "`fromTOML` is toml11 before its version 4.";
    TomlNormalizesTimestamps: V2_34.., "", "TOML timestamps are brought to one form (`T`, subseconds in groups of three).";
    HashErrorsQuoteWhole: V2_3..V2_8, "2.4", "Errors about hashes quote the whole text with its prefix.";
    HashErrorsSayAlgorithm: V2_26.., "2.19", "Errors about hashes call `md5` an algorithm, not a type.";
    HashErrorsTellLength: V2_34.., "2.32", "Errors about malformed hashes tell the length that was decoded.";
    Blake3Exists: V2_34.., "2.27", "`blake3` is a hash algorithm, behind its experimental feature.";
    UnknownHashIsUsageError: V2_8.., "", "An unknown hash algorithm is an error of usage.";
    UnknownHashListsKnown: V2_26.., "", "The error for an unknown hash algorithm lists those there are.";
    Base64ErrorsNameCharacter: V2_8..V2_26, "", "An invalid character in base 64 is shown (or what its colours leave of it).";
    Base64ErrorsAreOfHash: V2_26.., "", "An invalid character in base 64 is reported as an invalid hash.";
    PrintTellsListsByCell: V2_34.., "", "Printing knows a list of more than two elements by the variable that holds it, not by its elements.";
    XmlPathsAreFilesOnly: V2_26.., "", "`--xml` gives no `path` for what is not in a file.";
    PositionsAreLazy: V2_26.., "", "Line and column of `__curPos` and `unsafeGetAttrPos` are counted when someone asks.";
    EmptyLookUpsAreEntries: V2_3..V2_26, "", "An empty entry of `NIX_PATH` is the working directory, but at its end.";
    SourceIsItsFile: V2_8..V2_26, "", "Of what is not in a file, positions and `--xml` give the text of the program as its file.";
    FormalsAreSorted: V2_8.., "", "`toXML` sorts the arguments of functions by name.";
    ContextKeysAreParsed: V2_8.., "", "`appendContext` takes only well-formed store paths.";
    ContextKeysAreCanonical: V2_26.., "", "`appendContext` brings store paths to their canonical form.";
    EmptyFilesAreNotStored: V2_26.., "", "An empty file cannot be copied to a store as it is (`path` with `recursive = false`): its dump never starts.";
    BlackholesAreNotPrinted: V2_3..V2_8, "2.4", "Printing what is being evaluated fails.";
    StoreIsAFileSystem: V2_34.., "2.30", "What is not in the folder of the store is looked for in the store itself, which refuses names that no object has.";
    StoreNamesRefuseDots: V2_26.., "2.21", "The first part of a store object's name, up to a dash, is not `.` or `..`.";
    ContextErrorsAreLowerCase: V2_26.., "2.20", "Errors of `appendContext` start in lower case.";
    ReplaceErrorNamesBuiltins: V2_26.., "2.14", "The error for lists of different lengths says `passed to builtins.replaceStrings`.";
    ContextErrorsOmitStore: V2_26..V2_34, "2.16", "The error for a string with context shows store objects without the store's directory.";
    ContextErrorsShowAsInstallables: V2_34.., "2.32", "The error for a string with context shows outputs as `path^output`, not `!output!path`.";
    FetchurlMayBeImpure: V2_26.., "2.12", "`<nix/fetchurl.nix>` takes `impure`.";
    CorepkgsHaveNoDirectory: V2_26.., "2.19", "`<nix/x>` prints as it is written, and as a string is `/x`.";
    NixConfigIsRead: V2_8.., "2.4", "The environment variable `NIX_CONFIG` holds settings.";
    UrlLiteralsMayBeOff: V2_8..V2_34, "2.4, until 2.34", "The feature `no-url-literals` refuses URLs as literals.";
    ImportCyclesAreSeen: V2_34.., "2.34", "A file that imports itself is an infinite recursion, not too deep a one.";
    ArgsReachEllipsis: V2_8.., "2.4", "`--arg` reaches functions that take any argument.";
    StoreNamesMayStartWithPeriod: V2_8.., "2.4", "The name of a store object may start with a period, but is not empty.";
    StoreNamesAreCheckedAlone: V2_26.., "2.21", "A derivation's name is checked first, and errors about names do not mention the hash.";
    NarsNestLittle: V2_34.., "2.34", "Archives nest at most 64 directories.";
    CopiesResolveParents: V2_26.., "2.20", "Links in the directory of a path are followed before it is copied to the store.";
    CopiesResolveLinks: V2_26.., "2.20", "`path` and `filterSource` follow links.";
    CopiesKeepReferences: V2_8..V2_26, "2.4", "A copy of what is in the store refers to what the store object refers to.";
    CopiesKeepReferencesAgain: V2_34.., "2.33", "The same where the path has a context, and with the hash that is expected.";
    FilesKeepReferences: V2_8.., "2.4", "What `readFile` reads in the store refers to what the store object refers to.";
    ReferencesAreInText: V2_26.., "2.14", "Of these references only those count that are in the text.";
    CopiesMayBeRead: V2_8.., "2.4", "Restricted evaluation may read what it copied to the store.";
    TextsMayBeRead: V2_26.., "2.9", "Restricted evaluation may read what `toFile` made.";
    CopiesTakeContexts: V2_8.., "2.4", "`path` and `filterSource` accept paths that refer to store objects, and errors name the path.";
    FiltersMayBeBuiltins: V2_8.., "2.4", "`filterSource` accepts a builtin as its filter.";
    PathErrorsNameBuiltin: V2_26.., "2.13", "Errors about the arguments of `path` call it `builtins.path`.";
    StorePathErrorNamesBuiltins: V2_8.., "2.4", "In pure evaluation the error calls `storePath` `builtins.storePath`.";
    ErrorsNameDerivations: V2_26.., "2.14", "Errors say which derivation was evaluated.";
    DerivationsMayBeContentAddressed: V2_8.., "2.4", "`__contentAddressed` and `__impure` have a meaning.";
    FalseFlagsStayInEnvironment: V2_26..V2_34, "2.16, until 2.32", "`__contentAddressed = false` and `__impure = false` become environment variables.";
    JsonAttributeIsParsed: V2_34.., "2.32", "The attribute `__json` is read and written again, with a warning.";
    StructuredChecksWarn: V2_26.., "2.17", "`allowedReferences` and its kin warn beside `__structuredAttrs`.";
    FeatureErrorsSayAdd: V2_26.., "2.9", "Errors about features that are off say how to add, not to override.";
    FeatureErrorsGiveReason: V2_34.., "2.31", "Errors about features that are off say what needed them.";
    HashModesHaveNames: V2_26.., "2.16, 2.21", "`outputHashMode` may be `nar`, `text` or `git`, and a derivation that makes a derivation may end in `.drv`.";
    OutputDrvIsAllowed: V2_26.., "2.23", "An output may be named `drv`, but not `drvPath`.";
    EmptyHashIsZero: V2_8.., "2.4", "An empty hash is one of zeros, with a warning.";
    InvalidPathsOmitStore: V2_34.., "2.32", "The error for a path that is not in the store shows it without the store's directory.";
    HomePathsStayAsWritten: V2_3..V2_26, "2.13", "`~/a/..` stays as it is written until it becomes a string.";
    AccessChecksResolve: V2_3..V2_26, "2.13", "Where access is limited, a path that may be looked at is one without links from then on.";
    StringPathsStayAsWritten: V2_3..V2_26, "2.13", "A string that is used as a path is looked at as it is written.";
    StorePathsAreCanonical: V2_8.., "2.4", "Whether a path is one of the store is asked of its canonical form.";
    StorePathsAreLookedAt: V2_3..V2_26, "2.13", "`storePath` looks whether the object exists, even in read-only evaluation.";
    StoreErrorsAreShort: V2_34.., "", "The error for a path that cannot be had is about substituters; those for a derivation that the store refuses do not name it or nest less.";
    OutputsHaveKinds: V2_8.., "2.4", "Outputs of a derivation that is read are of one of five kinds, and what it needs are paths of the store.";
    DerivationsHaveVersions: V2_26.., "2.17", "A derivation may be of a version, in which outputs of outputs are inputs.";
    DerivationErrorsNest: V2_8..V2_34, "", "What is wrong with the text of a derivation is shown as an error of its own.";
    OutputsAreCheckedFirst: V2_34.., "", "A store looks at each output of a derivation that it takes in before it asks whether they go together, and at the environment only where an output is not addressed by inputs.";
    ForeignPathsAreQuotedTwice: V2_34.., "", "A path in a derivation that is not one of the store is shown between double quotes.";
    InternalSourcesHaveScheme: V2_34.., "2.30", "Sources of the evaluator itself are `«nix-internal»/…`, not `<nix/…>`.";
    EnvironmentErrorsAreAtAttributes: V2_8.., "", "Errors in an environment variable of a derivation are at its attribute, not at the derivation's name.";
    PlaceholdersNeedFeature: V2_26.., "", "A placeholder for an output whose path is not known needs the feature `ca-derivations`, also for impure derivations.";
    GitHashesAreSha256Too: V2_34.., "", "Git's hashes of trees may be SHA-256.";
    ContextsAreTexts: V2_3..V2_26, "", "The elements of a context are kept, and come, in the order of their text forms.";
    InputsMustHaveOutputs: V2_8.., "", "The outputs that a derivation needs of another must be outputs of it.";
    AccessIncludesParents: V2_26.., "2.20", "Under restricted evaluation the directories above what may be read may be looked at.";
    PathExistsHidesRefusals: V2_26.., "", "`pathExists` of something whose value may not be read is false.";
    AccessErrorsAreTerse: V2_3..V2_8, "2.4", "Errors about forbidden paths do not tell pure from restricted evaluation.";
    AccessChecksEachPart: V2_26..V2_34, "", "Of a forbidden path, errors name the first part that is forbidden.";
    PureRefusesHomePaths: V2_26.., "2.10", "`~/` is refused in pure evaluation.";
    PureLookUpsSaySo: V2_8.., "2.4", "Errors of `<…>` say that it is pure evaluation which has no search path.";
    PureReadsWhatIsHashed: V2_3..V2_34, "", "In pure evaluation `path` may read any path whose hash is given.";
    SystemIsEscaped: V2_3..V2_8, "", "The system of a derivation is written with escapes.";
    ImportIsScopedImport: V2_3..V2_8, "2.4", "`import` is `scopedImport { }`, which evaluates a file once.";
    EmptyOutputIsAllOutputs: V2_3..V2_26, "2.16", "The empty output in the context of a string means all outputs.";
    HashFileIgnoresContext: V2_3..V2_8, "2.4", "`hashFile` does not ask whether what its path refers to is in the store, and its result refers to the same.";
    JsonIsWrittenAsItIsEvaluated: V2_3..V2_26, "2.11", "What `--json` wrote of a value before its evaluation fails is printed.";
    JsonOutputEndsItsLine: V2_26.., "2.11", "`--json` ends its output by a newline.";
    TracesArePrefixes: V2_3..V2_8, "2.4", "The trace of an error is text before its message, with the position at the end.";
    TracesComeLast: V2_8..V2_26, "2.9", "The trace of an error is printed after its message, innermost first, and only with `--show-trace`.";
    TabsReachCells: V2_26.., "", "A tab in an error goes to the next multiple of eight of what a terminal shows, not of characters.";
    CommandsHaveTexts: V2_26.., "2.25", "`ESC ]` in an error begins a command for a terminal that goes on to the next escape, not to the next character.";
    PathsRefuseNul: V2_34.., "2.33", "A string with a NUL byte is no path.";
    NamesEndAtNul: V2_8..V2_34, "2.4", "Where a builtin makes a string of the name of an attribute, or XML with one in it, that ends before a NUL byte.";
    BellsEndCommands: V2_34.., "2.29", "A bell ends such a command, too.";
    TracesTellWhere: V2_26.., "2.14", "It is the trace that tells where an error is, not the error: builtins know no position.";
    AssertionsExplainEquality: V2_26.., "2.25", "A failed `assert a == b` says where the two differ.";
    ConcatHasOnePosition: V2_3..V2_8, "2.4", "Errors of `+` and of interpolation are at the first part, not at the part they are about.";
    FunctionErrorsAreAtCall: V2_3..V2_26, "2.14", "Errors about the arguments of a function are at the call and tell where the function is.";
    AssertionsQuoteCondition: V2_8.., "2.4", "A failed assertion shows its condition in quotes.";
    IncomparableShowsValues: V2_34.., "2.31", "The error for values that cannot be compared shows them.";
    DeepListsAreTraced: V2_34.., "2.33", "Evaluating everything in a list traces the index of the element that fails.";
    FilesAreLookedAtFirst: V2_34.., "2.33", "Reading a file that does not exist fails before it is opened.";
    FileErrorsNameFile: V2_26.., "", "The error for reading a folder as a file names it; missing paths `do not exist`.";
    ManualHasMoved: V2_34.., "", "The manual that errors refer to is at `nix.dev`.";
    ClosureErrorsNameElements: V2_34.., "2.31", "Errors in `genericClosure` show the elements that they are about.";
    NamesAreSuggested: V2_8.., "2.8", "Errors about a name that does not exist suggest those that are close to it.";
    MissingAttributesNameBuiltin: V2_8..V2_26, "", "The error of a builtin for an attribute that a set lacks says which builtin.";
    ErrorsQuoteNames: V2_26.., "", "Errors show names of attributes in quotes where they are no identifiers.";
    FetchGitIsItsOwn: V2_3..V2_8, "2.4", "`fetchGit` and the downloads are no inputs with schemes.";
    OnlyTarballsAreChannels: V2_26.., "", "`channel:` is an address only for `fetchTarball`.";
    AllowedUrisMayBeSchemes: V2_26.., "2.19", "An allowed URI may be a scheme: `github:`.";
    ClosuresMayBeInputAddressed: V2_26.., "2.17", "`fetchClosure` knows `inputAddressed`.";
    FlakesConfigureThemselves: V2_34.., "2.27", "`inputs.self` says how a flake itself is fetched; overrides of inputs nest.";
    UrlsAreStrict: V2_8.., "", "URLs with spaces are refused by the library that downloads.";
    UrlPathsAreDecoded: V2_26.., "", "URLs are decoded when they are read and encoded when they are written, the path included.";
    UrlsFollowRfc3986: V2_34.., "", "URLs are read as RFC 3986 says.";
    FlakesAreLookedUp: V2_26.., "2.14", "`flake:` in the search path or as the program is fetched.";
    FlakeRefAttributesAreForced: V2_34.., "", "`flakeRefToString` evaluates the attributes of its argument.";
    DrvPathMayBeAnyPath: V2_3..V2_8, "2.4", "The `drvPath` of a derivation to instantiate may be any absolute path, or missing.";
    DrvPathIsOfDerivation: V2_26.., "2.14", "The `drvPath` of a derivation to instantiate ends in `.drv`.";
    FlagsOf2_4: V2_8.., "2.4", "`--impure`, `--experimental-features`, `--extra-experimental-features`, `--log-format`, `--eval-store` and `--override-flake` exist.";
    FlagsOf2_26: V2_26.., "2.10, 2.18, 2.21, 2.23", "`--trace-verbose`, `--eval-system`, `--arg-from-file`, `--arg-from-stdin` and `--abort-on-warn` exist.";
    LintFlags: V2_34.., "2.34", "`--lint-url-literals` and its siblings exist.";
    RawOutput: V2_26.., "2.26", "`--raw` exists.";
}

#[cfg(test)]
mod tests {
    use super::{Behaviour, Dialect, ROWS};

    #[test]
    fn rows_stand_in_the_order_of_their_behaviours() {
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.behaviour as usize, index);
        }
    }

    #[test]
    fn a_behaviour_holds_from_its_first_dialect_to_its_last() {
        assert!(!Dialect::V2_3.has(Behaviour::NulEndsStrings));
        assert!(Dialect::V2_8.has(Behaviour::NulEndsStrings));
        assert!(Dialect::V2_26.has(Behaviour::NulEndsStrings));
        assert!(!Dialect::V2_34.has(Behaviour::NulEndsStrings));
        assert!(Dialect::V2_34.has(Behaviour::FailedThunksStayFailed));
    }
}
