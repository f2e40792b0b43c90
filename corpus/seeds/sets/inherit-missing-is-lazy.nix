builtins.attrNames { inherit ({ }) a; }
