let d = derivation { name = "n"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }; in builtins.getContext "${d.dev}${d.out}"
