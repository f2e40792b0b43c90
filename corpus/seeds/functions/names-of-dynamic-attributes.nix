let n = "q"; in builtins.trace { "${n}" = x: 0; }.q (builtins.trace { "${n}z" = x: 0; }.qz (builtins.trace { ${n} = { a, b ? 1 }: 0; }.q (builtins.trace { a.${n} = x: 0; }.a.q 0)))
