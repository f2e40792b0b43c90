# `builtins.derivation` as of 2.3 and 2.8: see `derivation.nix`. Only the places
# differ; those of 2.8 are one line further down.

drvAttrs@{ outputs ? [ "out" ], ... }:

let

  stored = derivationStrict drvAttrs;

  shared = drvAttrs // (builtins.listToAttrs everyOutput) // {
      all = map (one: one.value) everyOutput;
      inherit drvAttrs;
    };

  byName = outputName:
    { name = outputName;
      value = shared // {
        outPath = builtins.getAttr outputName stored;
        drvPath = stored.drvPath;
        type = "derivation";
        inherit outputName;
      };
    };

  everyOutput = map byName outputs;

in (builtins.head everyOutput).value
