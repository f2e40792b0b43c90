(derivation { name = throw "name"; }).type
