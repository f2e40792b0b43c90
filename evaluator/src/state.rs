//! What all parts of one evaluation share: the heap, names, positions, the
//! dialect, settings, the outside.

use crate::builtins::addresses::address_of;
use crate::builtins::{Builtin, Start};
use crate::compiler::{Globals, InlineOp, Surroundings};
use crate::derivation::store::Store;
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Limit, Result};
use crate::fetch::Rulebook;
use crate::fetch::store::Object;
use crate::fetch::url::Rules;
use crate::heap::{Attrs, Bytes, Heap, Key, Keys, List, Thunk, Value};
use crate::io::{Access, Io, Overlay, Trees};
use crate::limits::Limits;
use crate::name_order::NameOrder;
use crate::observation::Hits;
use crate::positions::{Origin, Pos, Positions};
use crate::print::escapes::{Terminal, without_escapes};
use crate::profile::{Profile, Stats};
use crate::regex::Regex;
use crate::symbols::{Symbol, Symbols, known};
use crate::syntax::ast::ExprRef;
use crate::syntax::{Lints, PipeOperators, Printer, SyntaxOptions};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// What the user decides about an evaluation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The release to be.
    pub dialect: Dialect,
    /// What it may use.
    pub limits: Limits,
    /// `--pure-eval`
    pub pure: bool,
    /// `--restrict-eval`
    pub restricted: bool,
    /// `--extra-experimental-features`
    pub features: Vec<String>,
    /// `allowed-uris`: what restricted evaluation may fetch.
    pub allowed_uris: Vec<Vec<u8>>,
    /// Whether programs may ask for what is in the network. Downloading is not
    /// built in: it only changes how that is refused.
    pub network: bool,
    /// `allow-dirty`: whether uncommitted changes of a repository are fetched.
    pub allow_dirty: bool,
    /// `warn-dirty`: whether fetching them gives a warning.
    pub warn_dirty: bool,
    /// The entries of the search path, first match wins: `prefix=path` or `path`.
    pub search_path: Vec<Vec<u8>>,
    /// `--override-flake`: which flake references stand for which.
    pub flake_overrides: Vec<(Vec<u8>, Vec<u8>)>,
    /// The directory that relative paths of an expression on the command line
    /// start from.
    pub base_directory: Vec<u8>,
    /// What `~` stands for.
    pub home: Vec<u8>,
    /// Where 2.3 keeps the files of `<nix/…>`, in `nix/corepkgs` (`NIX_DATA_DIR`).
    pub data_dir: Vec<u8>,
    /// `builtins.storeDir`
    pub store_dir: Vec<u8>,
    /// `builtins.currentSystem`
    pub system: String,
    /// `--show-trace`: which calls were under way is told only then.
    pub show_trace: bool,
    /// Whether nothing is put into the store: paths are computed all the same
    /// (`nix-instantiate --eval` without `--read-write-mode`).
    pub read_only: bool,
    /// `allow-import-from-derivation`: whether outputs of derivations are built
    /// because the program reads them.
    pub import_from_derivation: bool,
    /// Whether all derivations are kept, not only those that are put into the
    /// store.
    pub keep_derivations: bool,
    /// `abort-on-warn`: `warn` fails after its warning.
    pub abort_on_warn: bool,
    /// In which order names come that are new.
    pub names: NameOrder,
    /// `--trace-verbose`
    pub trace_verbose: bool,
    /// `--lint-url-literals` and its siblings.
    pub lints: Lints,
    /// Whether what runs is counted (see [`crate::observation`]).
    pub observe: bool,
    /// How often it is noted what is under way (see [`crate::profile`]), if at all.
    pub profile: Option<Duration>,
    /// Whether it is counted how much there is of everything (see [`crate::profile::Stats`]).
    pub stats: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            dialect: Dialect::default(),
            limits: Limits::default(),
            pure: false,
            restricted: false,
            features: Vec::new(),
            allowed_uris: Vec::new(),
            network: false,
            allow_dirty: true,
            warn_dirty: true,
            search_path: Vec::new(),
            flake_overrides: Vec::new(),
            base_directory: b"/".to_vec(),
            home: b"/homeless-shelter".to_vec(),
            data_dir: b"/usr/share".to_vec(),
            store_dir: b"/nix/store".to_vec(),
            system: "x86_64-linux".to_owned(),
            show_trace: false,
            read_only: true,
            import_from_derivation: true,
            keep_derivations: false,
            abort_on_warn: false,
            names: NameOrder::default(),
            trace_verbose: false,
            lints: Lints::default(),
            observe: false,
            profile: None,
            stats: false,
        }
    }
}

impl Settings {
    /// Whether an experimental feature is enabled.
    pub fn feature(&self, name: &str) -> bool {
        let is_enabled = |name: &str| self.features.iter().any(|feature| feature == name);
        // Flakes are made of trees.
        is_enabled(name) || name == "fetch-tree" && is_enabled("flakes")
    }
}

/// Takes each line that goes to standard error while a program runs.
pub type TraceSink = Box<dyn Fn(&[u8])>;

/// The state of one evaluation.
pub struct State<'h> {
    /// Where objects live.
    pub heap: &'h Heap,
    /// Interned names.
    pub symbols: Symbols,
    /// The symbols of strings that were used as names.
    names: [Cell<(usize, Symbol)>; NAMES],
    /// Source texts.
    pub positions: Positions,
    /// What the user decides.
    pub settings: Settings,
    /// The outside, and what was fetched.
    pub io: Box<dyn Io>,
    /// What was fetched.
    pub trees: Trees,
    /// What the evaluation put into the store.
    pub store: Store,
    /// What of it may be read.
    pub access: Access,
    /// Takes trace lines.
    pub trace: TraceSink,
    /// The values of the globals.
    pub globals: Vec<Value<'h>>,
    /// The keys of sets that had room for attributes and got none, told by their place: printers take
    /// all other empty sets for one.
    unused_keys: Keys<'h>,
    /// The names of the globals, and what else all evaluations with such settings begin with.
    start: Rc<Start>,
    /// How many files were read to be imported.
    pub read: Cell<usize>,
    /// Files that were imported: path to thunk.
    pub imports: RefCell<FxHashMap<Vec<u8>, Value<'h>>>,
    /// The files that whole units are (by the unit's address), for traces.
    pub imported: RefCell<FxHashMap<usize, Vec<u8>>>,
    /// Paths at which directories were found on the way to others.
    pub directories: RefCell<FxHashSet<Vec<u8>>>,
    /// Compiled regular expressions, by their patterns.
    pub regexes: RefCell<FxHashMap<Vec<u8>, Rc<Regex>>>,
    warnings: RefCell<FxHashSet<String>>,
    failures: RefCell<Vec<Error>>,
    /// Calls and forces so far.
    pub steps: Cell<u64>,
    /// What was fetched and copied, by what tells its files and its name from others.
    pub copies: RefCell<FxHashMap<Vec<u8>, Object>>,
    /// What entries of the search path that are addresses lead to; `None`: they are not to be had.
    pub fetched_entries: RefCell<FxHashMap<Vec<u8>, Option<Vec<u8>>>>,
    /// Steps of walks through structures so far.
    pub walked: Cell<u32>,
    /// Bytes of the longest text that a value was written into so far.
    pub longest_text: Cell<usize>,
    /// What was observed, if the settings ask for it.
    pub hits: RefCell<Hits>,
    /// What the machines were found doing, if the settings ask for it.
    pub profile: RefCell<Profile>,
    /// What was counted, if the settings ask for it.
    pub stats: RefCell<Stats>,
    /// What was printed of the program's value before it failed.
    pub cut_output: RefCell<Vec<u8>>,
}

/// How many strings that were used as names are remembered.
const NAMES: usize = 64;

/// What the sink gets is what a release writes to standard error (`SimpleLogger` in `logging.cc`).
fn as_on_a_terminal(dialect: Dialect, sink: TraceSink) -> TraceSink {
    let terminal = Terminal::of(dialect);
    Box::new(move |line| sink(&without_escapes(line, terminal)))
}

impl<'h> State<'h> {
    /// A fresh state: nothing but the builtins of the dialect.
    pub fn new(heap: &'h Heap, settings: Settings, io: Box<dyn Io>, trace: TraceSink) -> State<'h> {
        let access = if settings.pure {
            Access::pure(settings.dialect)
        } else if settings.restricted {
            Access::restricted(settings.dialect)
        } else {
            Access::unrestricted()
        };
        if !settings.pure {
            for entry in &settings.search_path {
                let path = address_of(entry);
                access.allow(&crate::paths::absolute(path, &settings.base_directory));
            }
        }
        let start = Start::of(&settings);
        let symbols = start.symbols.clone();
        if settings.names.newest_first {
            symbols.newest_first();
        }
        if let Some(order) = settings.names.leading {
            symbols.lead_in_order(order);
        }
        let names = &settings.names;
        if names.first_again > 0 || names.first_again_name > 0 || names.evaluated_first {
            symbols.leave_room();
            symbols.enter_room_after(names.first_again_name);
        }
        let trees = Trees::default();
        let dialect = settings.dialect;
        let mut state = State {
            heap,
            symbols,
            access,
            store: Store::default(),
            warnings: RefCell::default(),
            positions: Positions::counting(dialect.has(Behaviour::LocationsReadPastTokens)),
            settings,
            io: Box::new(Overlay::new(io, trees.clone())),
            trees,
            trace: as_on_a_terminal(dialect, trace),
            globals: Vec::new(),
            unused_keys: Keys::new(heap, &[]),
            start: Rc::clone(&start),
            copies: RefCell::default(),
            read: Cell::new(0),
            imports: RefCell::default(),
            imported: RefCell::default(),
            directories: RefCell::default(),
            regexes: RefCell::default(),
            failures: RefCell::default(),
            fetched_entries: RefCell::default(),
            steps: Cell::new(0),
            walked: Cell::new(0),
            longest_text: Cell::new(0),
            names: std::array::from_fn(|_| Cell::new((0, known::NAMELESS))),
            hits: RefCell::default(),
            profile: RefCell::default(),
            stats: RefCell::default(),
            cut_output: RefCell::default(),
        };
        state.globals = crate::builtins::globals(&state, &start);
        heap.set_limit(state.settings.limits.memory);
        state
    }

    /// The dialect.
    #[inline]
    pub fn dialect(&self) -> Dialect {
        self.settings.dialect
    }

    /// Whether the dialect behaves in this way.
    #[inline]
    pub fn has(&self, behaviour: Behaviour) -> bool {
        self.settings.dialect.has(behaviour)
    }

    /// Whether a string that is used as a path goes to the system as it is written:
    /// where nothing is forbidden, no path is taken apart (`checkSourcePath` in `eval.cc`).
    pub fn strings_are_paths_as_written(&self) -> bool {
        self.has(Behaviour::StringPathsStayAsWritten) && self.access.is_unrestricted()
    }

    /// Whether an experimental feature is enabled.
    pub fn feature(&self, name: &str) -> bool {
        self.settings.feature(name)
    }

    /// The names of the globals.
    pub fn global_names(&self) -> &Globals {
        &self.start.globals
    }

    /// What reading references to trees depends on.
    pub fn rulebook(&self) -> Rulebook {
        Rulebook {
            dialect: self.dialect(),
            rules: Rules::of(self.dialect()),
            flakes: self.feature("flakes"),
            verified_fetches: self.feature("verified-fetches"),
            warnings: RefCell::default(),
        }
    }

    /// Prints the warnings that reading references gave.
    pub fn print_warnings(&self, book: &Rulebook) {
        for warning in book.warnings.take() {
            (self.trace)(warning.as_bytes());
        }
    }

    /// Prints a warning, unless it was printed before.
    pub fn warn_once(&self, warning: &str) {
        if self.warnings.borrow_mut().insert(warning.to_owned()) {
            (self.trace)(warning.as_bytes());
        }
    }

    /// How programs are read in the dialect.
    pub fn syntax_options(&self) -> SyntaxOptions {
        let mut options = match self.dialect() {
            Dialect::V2_3 => SyntaxOptions::v2_3(),
            Dialect::V2_8 => SyntaxOptions::v2_8(),
            Dialect::V2_26 => SyntaxOptions::v2_26(),
            Dialect::V2_34 => SyntaxOptions::default(),
        };
        if options.pipe_operators != PipeOperators::Unknown && self.feature("pipe-operators") {
            options.pipe_operators = PipeOperators::Enabled;
        }
        if self.settings.pure && self.has(Behaviour::PureRefusesHomePaths) {
            options.home_paths = false;
        }
        options.lints = self.settings.lints;
        if self.has(Behaviour::UrlLiteralsMayBeOff) && self.feature("no-url-literals") {
            options.url_literals = false;
        }
        options
    }

    /// The name that a source of the evaluator itself has in messages.
    pub fn internal_path(&self, name: &str) -> String {
        if self.has(Behaviour::InternalSourcesHaveScheme) {
            format!("«nix-internal»/{name}")
        } else if self.has(Behaviour::DerivationIsReadFirst) {
            format!("<nix/{name}>")
        } else {
            self.internal_file()
        }
    }

    /// The path that a source of the evaluator itself has in XML.
    pub fn internal_place(&self, name: &str) -> String {
        if self.has(Behaviour::DerivationIsReadFirst) {
            format!("/{name}")
        } else {
            self.internal_file()
        }
    }

    /// The name that `unsafeGetAttrPos` gives the file of `derivation`.
    fn internal_file(&self) -> String {
        if self.has(Behaviour::DerivationIsReadFirst) {
            "/derivation-internal.nix".to_owned()
        } else if self.has(Behaviour::CorepkgsAreBuiltIn) {
            "//builtin/derivation.nix".to_owned()
        } else {
            let directory = crate::builtins::internal::directory(self);
            format!("{}/derivation.nix", String::from_utf8_lossy(&directory))
        }
    }

    /// A position inside a message.
    pub fn describe_pos(&self, pos: Pos) -> String {
        let Some(location) = self.positions.locate(pos) else {
            return "«none»".to_owned();
        };
        let origin = match &location.origin {
            Origin::File(path) => String::from_utf8_lossy(path).into_owned(),
            Origin::Internal(name) => self.internal_path(name),
            Origin::String | Origin::Stdin if !self.has(Behaviour::TracesTellWhere) => {
                "(string)".to_owned()
            }
            Origin::String => "«string»".to_owned(),
            Origin::Stdin => "«stdin»".to_owned(),
        };
        format!("{origin}:{}:{}", location.line, location.column)
    }

    /// The builtin of this number.
    pub fn builtin(&self, number: u32) -> &'static Builtin {
        crate::builtins::by_number(number)
    }

    /// Asks for room for something large before it is made.
    ///
    /// # Errors
    /// If there is none.
    pub fn room(&self, bytes: usize) -> Result<()> {
        if self.heap.has_room(bytes) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Limit(Limit::Memory),
            "the evaluation needs more memory than allowed",
        ))
    }

    /// Keeps the error of a thunk; the number finds it again.
    pub fn keep_failure(&self, error: Error) -> u32 {
        let mut failures = self.failures.borrow_mut();
        failures.push(error);
        (failures.len() - 1) as u32
    }

    /// The error of a thunk that failed.
    pub fn failure(&self, number: u32) -> Error {
        self.failures.borrow()[number as usize].again()
    }

    /// An integer.
    #[inline]
    pub fn int(&self, n: i64) -> Value<'h> {
        Value::int(self.heap, n)
    }

    /// A float.
    pub fn float(&self, x: f64) -> Value<'h> {
        Value::float(self.heap, x)
    }

    /// A string without context.
    pub fn string(&self, bytes: &[u8]) -> Value<'h> {
        Value::string(Bytes::new(self.heap, bytes))
    }

    /// A path; `path` is absolute and canonical.
    pub fn path(&self, path: &[u8]) -> Value<'h> {
        Value::path(self.heap, Bytes::new(self.heap, path))
    }

    /// A list.
    pub fn list(&self, items: &[Value<'h>]) -> Value<'h> {
        Value::list(List::new(self.heap, items))
    }

    /// An empty set for which room was taken, as C++ Nix makes it where attributes were expected.
    pub fn unused_set(&self) -> Value<'h> {
        Value::attrs(Attrs::new(self.heap, self.unused_keys, &[]))
    }

    /// Whether a set is the one that C++ Nix has for all empty sets for which no room was taken
    /// (`Bindings::emptyBindings`).
    pub fn is_the_empty_set(&self, set: Attrs<'h>) -> bool {
        set.is_empty() && !set.keys().same(self.unused_keys)
    }

    /// A set; the pairs may come in any order. Of two with the same name the
    /// first counts.
    pub fn attrs(&self, mut pairs: Vec<(Symbol, Pos, Value<'h>)>) -> Value<'h> {
        pairs.sort_by_key(|pair| pair.0);
        pairs.dedup_by_key(|pair| pair.0);
        let keys: Vec<Key> = pairs
            .iter()
            .map(|&(name, pos, _)| Key { name, pos })
            .collect();
        let values: Vec<Value<'h>> = pairs.iter().map(|pair| pair.2).collect();
        Value::attrs(Attrs::new(self.heap, Keys::new(self.heap, &keys), &values))
    }
}

impl<'h> State<'h> {
    /// The symbol of a string. The same string often names an attribute in one set after another
    /// (`set.${name}` in a function that is called for each of them): no object of the heap ever gives its
    /// place to another, so the place tells that it is the same.
    #[inline]
    pub fn symbol_of(&self, text: Bytes<'h>) -> Symbol {
        let place = Value::string(text).identity();
        // Objects start at multiples of eight, strings are two words and more.
        let known = &self.names[(place >> 4) % NAMES];
        let (its_place, symbol) = known.get();
        if its_place == place {
            return symbol;
        }
        let symbol = self.symbols.intern(text.bytes());
        known.set((place, symbol));
        symbol
    }
}

impl<'h> Surroundings<'h> for State<'h> {
    fn heap(&self) -> &'h Heap {
        self.heap
    }

    fn inline_op(&self, global: u32) -> Option<InlineOp> {
        self.start.inline_ops.get(&global).copied()
    }

    fn position_value(&self, pos: Pos) -> Value<'h> {
        let Some(location) = self.positions.locate(pos) else {
            return Value::null();
        };
        let file = match &location.origin {
            Origin::File(path) => self.string(path),
            Origin::Internal(_) => self.string(self.internal_file().as_bytes()),
            Origin::String | Origin::Stdin if self.has(Behaviour::CommandLineHasNoFile) => {
                return Value::null();
            }
            Origin::String | Origin::Stdin if self.has(Behaviour::SourceIsItsFile) => {
                self.string(&self.positions.source(pos).unwrap_or_default())
            }
            Origin::String | Origin::Stdin => self.string(b"(string)"),
        };
        let number = |n: u32| {
            let n = self.int(i64::from(n));
            if self.has(Behaviour::PositionsAreLazy) {
                let add = crate::builtins::of_evaluator("add");
                Value::thunk(Thunk::suspend_call(self.heap, &[add, n, self.int(0)]))
            } else {
                n
            }
        };
        self.attrs(vec![
            (known::FILE, Pos::NONE, file),
            (known::LINE, Pos::NONE, number(location.line)),
            (known::COLUMN, Pos::NONE, number(location.column)),
        ])
    }

    fn update_evaluates_right_first(&self) -> bool {
        self.has(Behaviour::UpdateForcesRightFirst)
    }

    fn inherit_shares_source(&self) -> bool {
        self.has(Behaviour::InheritSharesSource)
    }

    fn sets_are_seen_unfinished(&self) -> bool {
        self.has(Behaviour::SetsAreSeenUnfinished)
    }

    fn nul_ends_strings(&self) -> bool {
        self.has(Behaviour::NulEndsStrings)
    }

    fn calls_are_nested(&self) -> bool {
        self.has(Behaviour::CallsAreNested)
    }

    fn withs_are_looked_through(&self) -> bool {
        self.has(Behaviour::WithsAreLookedThrough)
    }

    fn formals_in_source_order(&self) -> bool {
        self.has(Behaviour::FormalsInSourceOrder)
    }

    fn concat_has_one_position(&self) -> bool {
        self.has(Behaviour::ConcatHasOnePosition)
    }

    fn assertions_explain_equality(&self) -> bool {
        self.has(Behaviour::AssertionsExplainEquality)
    }

    fn show(&self, expr: ExprRef<'h>) -> Vec<u8> {
        Printer::new(&self.symbols, &self.syntax_options()).program(expr)
    }
}
