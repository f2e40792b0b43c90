# flags: --strict --restrict-eval -I .
map builtins.pathExists [ ./l "${toString ./l}" ]
