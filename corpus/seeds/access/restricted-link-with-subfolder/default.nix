# flags: --strict --restrict-eval -I ./d
import ./l.nix
