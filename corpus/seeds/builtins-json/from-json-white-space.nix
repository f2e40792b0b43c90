builtins.fromJSON " \t\r\n1 \n"
