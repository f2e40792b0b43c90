# flags: --strict --json
{ a = 1; outPath = "p"; }
