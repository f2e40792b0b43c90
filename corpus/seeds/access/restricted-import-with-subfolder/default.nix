# flags: --strict --restrict-eval -I ./d
import ./n.nix
