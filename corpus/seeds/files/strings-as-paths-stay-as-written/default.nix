# 2.3 and 2.8 hand a string to the system as it is written
let
  here = toString ./.;
  below = text: builtins.substring (builtins.stringLength here) (-1) text;
in
{
  below-a-file = builtins.pathExists "${here}/f/..";
  below-nothing = builtins.pathExists "${here}/nope/../f";
  slash-after-a-file = builtins.pathExists "${here}/f/";
  slash-after-a-link = builtins.pathExists "${here}/link/";
  through-a-link = builtins.pathExists "${here}/link/../f";
  read = builtins.readFile "${here}//./f";
  names = builtins.readDir "${here}/link/sub/..";
  position = below (import "${here}/./pos.nix");
  position-of-attribute = below (builtins.unsafeGetAttrPos "x" (import "${here}//imp.nix")).file;
  seen-by-filter = builtins.path {
    path = "${here}/d/";
    filter = path: type: builtins.elem (below path) [ "/d//a" "/d/a" ];
  };
  only-slashes = baseNameOf (builtins.path {
    path = "${here}/d/";
    filter = path: type: below path == "/d//a";
  });
  to-path = below (builtins.toPath "${here}//d/sub/../a/");
}
