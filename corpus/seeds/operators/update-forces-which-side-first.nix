# the right side is forced first from 2.32 on
(throw "left") // (throw "right")
