# flags: --strict --restrict-eval 
import ./l.nix
