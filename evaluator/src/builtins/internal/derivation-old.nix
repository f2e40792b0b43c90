# `builtins.derivation` as of 2.3 and 2.8: see `derivation.nix`. Only the places
# differ; those of 2.8 are one line further down.

given@{ outputs ? [ "out" ], ... }:

let

  stored = derivationStrict given;

  shared = given // (builtins.listToAttrs everyOutput) // {
      all = map (one: one.value) everyOutput;
      drvAttrs = given;
    };

  byName = output:
    { name = output;
      value = shared // {
        outPath = builtins.getAttr output stored;
        drvPath = stored.drvPath;
        type = "derivation";
        outputName = output;
      };
    };

  everyOutput = map byName outputs;

in (builtins.head everyOutput).value
