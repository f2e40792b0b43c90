({ a ? 1, ... }@args: [ a (args ? a) ]) { }
