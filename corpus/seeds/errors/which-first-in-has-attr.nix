(throw "set") ? ${throw "key"}
