# flags: --strict --restrict-eval -I .
import ./d
