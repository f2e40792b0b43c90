[ (baseNameOf /a/b) (dirOf /a/b) (dirOf /a) (dirOf /.) (baseNameOf /.) ]
