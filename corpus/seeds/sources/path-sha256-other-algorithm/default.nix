builtins.path { path = ./t/a; recursive = false; sha256 = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="; }
