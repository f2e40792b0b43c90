# Nix issue 7115: dynamic attributes of a merged set
let x = "outer"; in { a = rec { x = "inner"; }; a.${"d" + ""} = x; }
