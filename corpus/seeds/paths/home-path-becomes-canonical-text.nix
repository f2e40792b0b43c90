# 2.3 and 2.8 keep the path as it is written, but not its text
[ (baseNameOf ~/a/..) (baseNameOf (toString ~/a/.)) (builtins.stringLength (toString ~/a/..) == builtins.stringLength (toString ~/b/..)) (~/a/.. == ~/b/..) ]
