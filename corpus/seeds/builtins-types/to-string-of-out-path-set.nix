toString { outPath = /a; }
