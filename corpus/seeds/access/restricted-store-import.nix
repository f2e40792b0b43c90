# flags: --strict --restrict-eval -I .
import /nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x
