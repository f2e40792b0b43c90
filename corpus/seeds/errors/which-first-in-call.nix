(throw "function") { a = throw "argument"; }
