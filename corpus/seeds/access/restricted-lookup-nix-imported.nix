# flags: --strict --restrict-eval -I .
builtins.isFunction (import <nix/fetchurl.nix>)
