let x = { y.z = false; }; in assert x.y.z or true && !true; 1
