# flags: --strict --raw
1
