# What `import` makes of the file of a derivation: the set of its first output. Each
# output is a set like those of `derivation`, without the attributes it was made of.
found@{ drvPath, name, outputs, ... }:
let
  named = map (output: {
    name = output;
    value = shared // {
      outputName = output;
      outPath = found.${output};
    };
  }) outputs;
  shared = builtins.listToAttrs named // {
    type = "derivation";
    all = map (entry: entry.value) named;
    inherit drvPath name;
  };
in
(builtins.head named).value
