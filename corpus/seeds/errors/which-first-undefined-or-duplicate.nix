{ a = undefined-here; b = 1; b = 2; }
