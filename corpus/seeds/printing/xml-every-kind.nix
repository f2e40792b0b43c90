# flags: --strict --xml --no-location
[ 1 1.5 "s" true null /a [ ] { a = 1; } builtins.add ]
