builtins.fetchGit { url = "file:///nowhere"; ref = "a..b"; }
