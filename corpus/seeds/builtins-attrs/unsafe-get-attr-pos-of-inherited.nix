# the position of an inherited attribute is its name from 2.21 on
let a = 1; p = builtins.unsafeGetAttrPos "a" {
  inherit
    a; }; in [ p.line p.column ]
