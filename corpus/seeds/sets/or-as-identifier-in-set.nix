let or = 1; in { inherit or; x.or = 2; }
