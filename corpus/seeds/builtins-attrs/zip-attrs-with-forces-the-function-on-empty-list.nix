builtins.zipAttrsWith (throw "not called") [ ]
