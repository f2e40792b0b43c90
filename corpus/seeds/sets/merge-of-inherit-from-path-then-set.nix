{ a.b = 1; a = { inherit ({ x = 7; }) x; }; }
