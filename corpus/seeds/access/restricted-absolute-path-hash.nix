# flags: --strict --restrict-eval -I .
builtins.hashFile "md5" /etc/passwd
