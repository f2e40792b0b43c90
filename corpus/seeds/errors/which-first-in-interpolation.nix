"${throw "1"}${throw "2"}"
