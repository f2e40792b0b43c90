# A string that grows with each step.
builtins.stringLength (
  builtins.foldl' (text: i: text + "line ${toString i}\n") "" (builtins.genList (x: x) 8000)
)
