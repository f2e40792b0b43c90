# Fixed points of sets that extend each other.
let
  fix = f: let x = f x; in x;
  extends = overlay: base: self: let super = base self; in super // overlay self super;
  names = builtins.genList (i: "pkg${toString i}") 400;
  base = self: builtins.listToAttrs (map (name: { inherit name; value = { version = 1; inherit name; deps = [ ]; }; }) names);
  overlay = i: self: super: {
    "pkg${toString i}" = super."pkg${toString i}" // { version = i; deps = [ self.pkg0 self.pkg1 ]; };
    "new${toString i}" = { name = "new"; version = super.pkg2.version + i; deps = [ self."pkg${toString i}" ]; };
  };
  set = fix (builtins.foldl' (base: i: extends (overlay i) base) base (builtins.genList (x: x) 200));
  sum = pkgs: builtins.foldl' (a: p: a + p.version + builtins.length p.deps) 0 pkgs;
in
sum (builtins.attrValues set) + builtins.foldl' (a: p: a + sum p.deps) 0 (builtins.attrValues set)
