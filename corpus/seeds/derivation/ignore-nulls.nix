let d = a: (derivation ({ name = "n"; system = "s"; builder = "b"; __ignoreNulls = true; } // a)).drvPath; in [ (d { x = null; } == d { }) (d { x = ""; } == d { }) ]
