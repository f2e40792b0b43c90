# from 2.32 on
builtins.seq (builtins.trace "left" { } // builtins.trace "right" { }) null
