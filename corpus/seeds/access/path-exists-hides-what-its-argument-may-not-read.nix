# flags: --strict --restrict-eval -I .
map builtins.pathExists [
  (builtins.seq (builtins.readFile /nonexistent/x) "a")
  (builtins.fetchurl { url = "file:///nonexistent"; })
  "${/nonexistent/y}"
]
