toString [ 1 (throw "inside") ]
