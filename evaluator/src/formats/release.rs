//! The named behaviours of the text formats, asked of the dialect table: the rest of the module
//! asks these, never compares releases itself.

use crate::dialect::Behaviour;
pub use crate::dialect::Dialect as Release;

impl Release {
    /// `fromJSON` is the hand-written parser of `json-to-value.cc`.
    pub(crate) fn hand_written_json_parser(self) -> bool {
        self.has(Behaviour::JsonIsHandWritten)
    }

    /// Integers of JSON past 64 bits signed wrap instead of failing.
    pub(crate) fn json_integers_wrap(self) -> bool {
        self.has(Behaviour::JsonIntegersWrap)
    }

    /// Empty JSON input has a message of its own.
    pub(crate) fn json_names_empty_input(self) -> bool {
        self.has(Behaviour::JsonNamesEmptyInput)
    }

    /// A NUL in a parsed string is an error; before, it ends the string.
    pub(crate) fn refuses_nul(self) -> bool {
        self.has(Behaviour::NulBytesAreErrors)
    }

    /// JSON is written by nlohmann's serializer: round-trip floats, valid UTF-8 only.
    pub(crate) fn writes_json_with_nlohmann(self) -> bool {
        self.has(Behaviour::ShortestFloatsInJson) && self.has(Behaviour::JsonRefusesInvalidUtf8)
    }

    /// Printed strings escape `${`.
    pub(crate) fn escapes_interpolation(self) -> bool {
        self.has(Behaviour::PrintEscapesInterpolation)
    }

    /// Printed attribute names quote every keyword and escape `$` only before `{`.
    pub(crate) fn quotes_every_keyword(self) -> bool {
        self.has(Behaviour::KeywordsPrintQuoted)
    }

    /// `substring` reads its offsets as 32-bit integers.
    pub(crate) fn substring_offsets_are_32_bit(self) -> bool {
        self.has(Behaviour::SubstringOffsetsAre32Bit)
    }

    /// `substring` compares only the low 32 bits of the start with the length, then hands the
    /// whole start to the standard library, which throws.
    pub(crate) fn substring_compares_32_bits(self) -> bool {
        self.has(Behaviour::SubstringCompares32Bits)
    }

    /// `fromTOML` is cpptoml.
    pub(crate) fn toml_is_cpptoml(self) -> bool {
        self.has(Behaviour::TomlIsCpptoml)
    }

    /// `fromTOML` is toml11 before its version 4.
    pub(crate) fn toml_is_toml11_v3(self) -> bool {
        self.has(Behaviour::TomlIsToml11Version3)
    }

    /// TOML timestamps are brought to one form.
    pub(crate) fn normalizes_timestamps(self) -> bool {
        self.has(Behaviour::TomlNormalizesTimestamps)
    }

    /// Error messages about hashes quote the whole text, with its `md5:` prefix.
    pub(crate) fn quotes_whole_hash(self) -> bool {
        self.has(Behaviour::HashErrorsQuoteWhole)
    }

    /// The word for what `md5` is.
    pub(crate) fn hash_noun(self) -> &'static str {
        if self.has(Behaviour::HashErrorsSayAlgorithm) {
            "algorithm"
        } else {
            "type"
        }
    }

    /// Malformed hashes are reported by the length that was decoded.
    pub(crate) fn reports_decoded_length(self) -> bool {
        self.has(Behaviour::HashErrorsTellLength)
    }

    /// `blake3` is an algorithm, behind its experimental feature.
    pub(crate) fn knows_blake3(self) -> bool {
        self.has(Behaviour::Blake3Exists)
    }
}
