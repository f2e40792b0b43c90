# The error names the output that is built first.
builtins.stringLength (
  builtins.appendContext "t" {
    "/nix/store/0000000000000000000000000000000a-x.drv".outputs = [ "out" "a!b!c" ];
  }
)
