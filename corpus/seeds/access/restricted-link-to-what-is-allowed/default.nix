# flags: --strict --restrict-eval -I ./default.nix -I ./target.nix
import ./link.nix
