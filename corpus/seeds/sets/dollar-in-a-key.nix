# a lone $ in a name is not escaped from 2.16 on
{ "a$b" = 1; "\${c}" = 2; "d\"e" = 3; "f\n" = 4; }
