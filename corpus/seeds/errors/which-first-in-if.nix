if throw "condition" then throw "then" else throw "else"
