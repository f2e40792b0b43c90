(builtins.trace "1" { }) // (builtins.trace "2" { }) // (builtins.trace "3" { })
