# flags: --strict --json
[ (throw "inside") ]
