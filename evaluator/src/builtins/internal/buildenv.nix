# `<nix/buildenv.nix>` of 2.3: the derivation of a user environment, which Nix builds
# by itself. Each package is told as whether it is active, its priority, and its
# outputs. What becomes an attribute here becomes part of a hash.
{ manifest, derivations }:
let
  told = package:
    let
      count = builtins.length package.outputs;
      paths = map (name: builtins.getAttr name package) package.outputs;
    in
    [ (package.meta.active or "true") (package.meta.priority or 5) count ] ++ paths;
in
derivation {
  inherit manifest;
  derivations = map told derivations;
  name = "user-environment";
  builder = "builtin:buildenv";
  system = "builtin";
  allowSubstitutes = false;
  preferLocalBuild = true;
}
