# features: flakes
builtins.parseFlakeRef "path:/a?rev=x&narHash=y&revCount=12&lastModified=3&dir=d"
