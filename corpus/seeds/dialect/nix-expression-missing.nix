builtins.tryEval <nix/does-not-exist.nix>
