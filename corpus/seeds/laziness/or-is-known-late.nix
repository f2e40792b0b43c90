# `or` is known from the start since 2.26 only, and sets are evaluated in the order in which names are known
{ a = throw "a"; or = abort "or"; }
