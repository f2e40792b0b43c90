(throw "set").${throw "key"}
