{ f = x: y: x - y; }.f 5 3
