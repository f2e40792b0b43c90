//! The releases whose text formats this module reproduces, and the named behaviours that
//! separate them: the rest of the module asks these, never compares releases itself.

pub use crate::dialect::Dialect as Release;

impl Release {
    /// `fromJSON` is the hand-written parser of `json-to-value.cc` (until 2.4).
    pub(crate) fn hand_written_json_parser(self) -> bool {
        self < Release::V2_8
    }

    /// Integers of JSON past 64 bits signed wrap instead of failing (until 2.25).
    pub(crate) fn json_integers_wrap(self) -> bool {
        self < Release::V2_26
    }

    /// Empty JSON input has a message of its own (nlohmann 3.11.3).
    pub(crate) fn json_names_empty_input(self) -> bool {
        self >= Release::V2_26
    }

    /// A NUL in a parsed string is an error (2.26); before, it ends the string.
    pub(crate) fn refuses_nul(self) -> bool {
        self >= Release::V2_26
    }

    /// JSON is written by nlohmann's serializer (2.12): round-trip floats, valid UTF-8 only.
    pub(crate) fn writes_json_with_nlohmann(self) -> bool {
        self >= Release::V2_26
    }

    /// Printed strings escape `${` (2.4).
    pub(crate) fn escapes_interpolation(self) -> bool {
        self >= Release::V2_8
    }

    /// Printed attribute names quote every keyword and escape `$` only before `{` (2.16).
    pub(crate) fn quotes_every_keyword(self) -> bool {
        self >= Release::V2_26
    }

    /// `substring` reads its offsets as 32-bit integers (until 2.25).
    pub(crate) fn substring_offsets_are_32_bit(self) -> bool {
        self < Release::V2_26
    }

    /// `substring` compares only the low 32 bits of the start with the length, then hands the
    /// whole start to the standard library, which throws (2.25 to 2.33).
    pub(crate) fn substring_compares_32_bits(self) -> bool {
        self == Release::V2_26
    }

    /// `fromTOML` is cpptoml (until 2.6).
    pub(crate) fn toml_is_cpptoml(self) -> bool {
        self < Release::V2_8
    }

    /// `fromTOML` is toml11 before its version 4.
    pub(crate) fn toml_is_toml11_v3(self) -> bool {
        self == Release::V2_8
    }

    /// TOML timestamps are brought to one form (`T`, subseconds in groups of three).
    pub(crate) fn normalizes_timestamps(self) -> bool {
        self >= Release::V2_34
    }

    /// Error messages about hashes quote the whole text, with its `md5:` prefix (until 2.4).
    pub(crate) fn quotes_whole_hash(self) -> bool {
        self < Release::V2_8
    }

    /// The word for what `md5` is: a type (until 2.19) or an algorithm.
    pub(crate) fn hash_noun(self) -> &'static str {
        if self < Release::V2_26 {
            "type"
        } else {
            "algorithm"
        }
    }

    /// Malformed hashes are reported by the length that was decoded (2.32).
    pub(crate) fn reports_decoded_length(self) -> bool {
        self >= Release::V2_34
    }

    /// `blake3` is an algorithm, behind its experimental feature (2.27).
    pub(crate) fn knows_blake3(self) -> bool {
        self >= Release::V2_34
    }
}
