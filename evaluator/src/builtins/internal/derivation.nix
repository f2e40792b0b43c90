# `builtins.derivation`: a lazy wrapper around `derivationStrict`, which makes one
# store derivation of a set of attributes. The result is the first output; each
# output is the given set, with all outputs by name, `all` (their list), `drvAttrs`
# (what was given), and its own `outPath`, `drvPath`, `type` and `outputName`.
#
# Errors name places in this file, as those of C++ Nix name places in its own. What
# can fail stands where it stands there (`positions_are_those_of_the_releases`).
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
#

given@{
  outputs ? [ "out" ],
  ...
}:

let

  stored = derivationStrict given;

  shared =
    given
    // (builtins.listToAttrs everyOutput)
    // {
      all = map (one: one.value) everyOutput;
      drvAttrs = given;
    };

  byName = output: {
    name = output;
    value = shared // {
      outPath = builtins.getAttr output stored;
      drvPath = stored.drvPath;
      type = "derivation";
      outputName = output;
    };
  };

  everyOutput = map byName outputs;

in
(builtins.head everyOutput).value
