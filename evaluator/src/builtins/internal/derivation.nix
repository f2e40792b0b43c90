# `builtins.derivation`: a lazy wrapper around `derivationStrict`, which makes one
# store derivation of a set of attributes. The result is the first output; each
# output is the given set, with all outputs by name, `all` (their list), `drvAttrs`
# (what was given), and its own `outPath`, `drvPath`, `type` and `outputName`.
#
# Errors name places in this file, as those of C++ Nix name places in its own, and
# `unsafeGetAttrPos` and `toXML` show places and the argument's name. What shows
# stands where it stands there (`positions_are_those_of_the_releases`).
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#
#

drvAttrs@{
  outputs ? [ "out" ],
  ...
}:

let

  stored = derivationStrict drvAttrs;

  shared =
    drvAttrs
    // (builtins.listToAttrs everyOutput)
    // {
      all = map (one: one.value) everyOutput;
      inherit drvAttrs;
    };

  byName = outputName: {
    name = outputName;
    value = shared // {
      outPath = builtins.getAttr outputName stored;
      drvPath = stored.drvPath;
      type = "derivation";
      inherit outputName;
    };
  };

  everyOutput = map byName outputs;

in
(builtins.head everyOutput).value
