# flags: --strict --restrict-eval -I . -I k=./k
import <k>
