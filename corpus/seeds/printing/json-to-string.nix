# flags: --strict --json
{ a = 1; __toString = s: "s"; outPath = "p"; }
