# `builtins.derivation`: a lazy wrapper around `derivationStrict`, which makes one
# store derivation of a set of attributes. The result is the first output; each
# output is the given set, with all outputs by name, `all` (their list), `drvAttrs`
# (what was given), and its own `outPath`, `drvPath`, `type` and `outputName`.
#
# Errors name places in this file, as those of C++ Nix name places in its own. The
# two calls that can fail stand where they stand there: line 37, column 12 and
# line 50, column 7 (`positions_are_those_of_the_releases` checks it).
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
#
#
#
#

given@{ outputs ? [ "out" ], ... }:
let
  stored = derivationStrict given;

  shared = given // builtins.listToAttrs named // {
    all = map (one: one.value) named;
    drvAttrs = given;
  };

  named = map byName outputs;

  byName = output: {
    name = output;
    value = shared // {
      type = "derivation";
      outPath = builtins.getAttr output stored;
      drvPath = stored.drvPath;
      outputName = output;
    };
  };
in
(builtins.head named).value
