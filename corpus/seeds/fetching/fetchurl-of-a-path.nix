builtins.fetchurl "/nowhere/at-all"
