# flags: --strict --restrict-eval -I .
import /etc/passwd
