# features: fetch-closure
builtins.fetchClosure { fromStore = "http://user@/"; fromPath = builtins.storeDir + "/5i8qb5a2fzbknhwyb5bm3m8a1bfcigyh-x"; }
