# the comparisons in their order, consistent comparator
builtins.sort (a: b: builtins.trace "${toString a} ${toString b}" (a < b)) [ 3 1 2 ]
