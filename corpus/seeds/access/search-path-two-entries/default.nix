# flags: --strict --restrict-eval -I . -I ./d
import <x>
