let a = { inherit ({ x = 1; }) x; }; a = { inherit ({ y = 2; }) y; }; in a
