builtins.stringLength (builtins.toXML (builtins.fromJSON ''"\b"''))
