# Nothing: what it costs to start.
1
