[ h2c+x.y-z:foo ]
