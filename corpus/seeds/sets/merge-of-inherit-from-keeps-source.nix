# the sources of both sets are kept apart
{ a = { inherit ({ x = 1; }) x; }; a = { inherit ({ y = 2; }) y; }; }
