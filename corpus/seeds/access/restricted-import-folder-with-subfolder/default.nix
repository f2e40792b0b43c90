# flags: --strict --restrict-eval -I ./d
import ./d
