let s = throw "not forced"; in { inherit; inherit (s); }
