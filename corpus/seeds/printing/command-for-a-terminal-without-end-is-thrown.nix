# The command for a terminal goes on to the next colour of the report.
throw "a]b"
