# flags: --strict --restrict-eval -I foo=./d
import ./d
