# `__json` is a name that 2.34 begins with; the older releases see it when the program has it.
{
  a = builtins.trace 1 0;
  __json = builtins.trace 2 0;
}
