let k = "a"; in { inherit ({ a = 1; }) ${k}; }
