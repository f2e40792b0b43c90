# lists of different length differ before an element is forced
[ ([ (throw "a") ] == [ ]) ({ a = throw "a"; } == { }) ({ a = throw "b"; } == { b = 1; }) ]
