builtins.deepSeq [ { a = throw "inner"; } ] "not reached"
