import ./empty-but-one
