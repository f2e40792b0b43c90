"${./dir/.hidden}"
