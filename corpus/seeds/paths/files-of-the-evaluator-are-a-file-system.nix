# Since 2.19 the files of `<nix/…>` lie in a file system of their own, which can be looked at; before they can only be imported.
let
  folder = dirOf <nix/fetchurl.nix>;
  shown = path: kind: builtins.trace "${kind} ${path}" true;
in
if builtins.langVersion < 6 then
  null
else if builtins ? readFileType then
  [
    (builtins.pathExists folder)
    (dirOf folder == folder)
    (builtins.readDir folder)
    (builtins.readFileType folder)
    (builtins.isString (builtins.filterSource shown folder))
  ]
else
  [ (builtins.pathExists folder) (builtins.readFile <nix/fetchurl.nix>) ]
