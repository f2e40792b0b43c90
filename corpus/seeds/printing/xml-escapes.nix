# flags: --strict --xml --no-location
{ "a\"<&" = "x<y>&\"'\n\t\rz"; }
