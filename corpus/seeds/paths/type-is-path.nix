map builtins.typeOf [ ./a ../a /a a/b ./a/b.c ]
