# flags: --strict --restrict-eval -I .
map builtins.pathExists [ "${toString ./f}/" "${toString ./f}/." "${toString ./f}" ]
