# flags: --strict --restrict-eval -I .
import ./l.nix
