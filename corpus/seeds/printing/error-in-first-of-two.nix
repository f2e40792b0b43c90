[ (throw "first") (throw "second") ]
