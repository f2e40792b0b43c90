# allowed from 2.4 on
builtins.functionArgs map
