builtins.fetchTarball { url = "https://example.org/x"; foo = 1; }
