[ (builtins.split "x" "") (builtins.split "" "") ]
