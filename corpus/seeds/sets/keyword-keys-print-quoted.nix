# quoted from 2.16 on
{ "if" = 1; "then" = 2; "let" = 3; "inherit" = 4; "or" = 5; "rec" = 6; "assert" = 7; "with" = 8; "in" = 9; "else" = 10; }
