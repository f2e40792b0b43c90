import ./k
