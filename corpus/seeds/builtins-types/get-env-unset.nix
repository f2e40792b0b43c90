builtins.getEnv "TWINIX_SURELY_UNSET"
