# features: flakes
builtins.parseFlakeRef "https://h/x.zip?narHash=q&rev=r&revCount=3&lastModified=9&name=n&unpack=1&type=t&url=u&a=b"
