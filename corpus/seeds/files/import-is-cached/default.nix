# the file is evaluated once, so its trace shows once
[ (import ./v.nix) (import ./v.nix) ]
