# flags: --strict --restrict-eval 
import ./n.nix
