builtins.split "(ab?)" "aabb"
