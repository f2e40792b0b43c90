let f = x: { inherit x; }; in (f { y = 1; }).x.z
