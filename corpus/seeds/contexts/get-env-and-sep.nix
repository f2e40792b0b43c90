let a = builtins.toFile "a" "1"; in builtins.getEnv "TWINIX_SURELY_UNSET_${builtins.substring 0 0 a}"
