# features: fetch-closure
builtins.fetchClosure { fromStore = "/tmp/http://"; fromPath = builtins.storeDir + "/5i8qb5a2fzbknhwyb5bm3m8a1bfcigyh-x"; }
