"${./t/.hidden}"
