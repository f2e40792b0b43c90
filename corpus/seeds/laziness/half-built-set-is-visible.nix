let a = rec { x = 1; y = { inherit x; z = a.x; }; }; in a.y.z
