[ (baseNameOf "a//") (baseNameOf "//") (baseNameOf "a///") ]
