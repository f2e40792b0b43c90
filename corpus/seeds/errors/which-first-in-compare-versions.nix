builtins.compareVersions (throw "left") (throw "right")
