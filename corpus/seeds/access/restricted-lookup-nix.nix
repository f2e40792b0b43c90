# flags: --strict --restrict-eval -I .
<nix/fetchurl.nix>
