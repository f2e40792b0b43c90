# a failed look-up can be caught
(builtins.tryEval <twinix-nonexistent/a>).success
