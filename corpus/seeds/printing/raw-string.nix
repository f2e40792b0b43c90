# flags: --strict --raw
"line 1\nquote\" \${x}"
