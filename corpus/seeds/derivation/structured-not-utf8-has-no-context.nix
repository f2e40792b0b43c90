# What the library throws is caught nowhere: the context is not evaluated.
builtins.addErrorContext (throw "context") (
  derivation {
    name = "x";
    system = "s";
    builder = "b";
    a = builtins.substring 0 1 "é";
    __structuredAttrs = true;
  }
).drvPath
