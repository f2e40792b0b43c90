[ (map (x: x) [ ]) (toString 1) (isNull null) (baseNameOf "a/b") (removeAttrs { } [ ]) (dirOf "a/b") ]
