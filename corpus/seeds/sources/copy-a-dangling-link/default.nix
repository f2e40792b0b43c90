"${./t/dangling}"
