# flags: --strict --restrict-eval -I .
import ./n.nix
