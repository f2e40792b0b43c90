# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in d (builtins.hashString "md5" (builtins.readFile (d "b").drvPath))
