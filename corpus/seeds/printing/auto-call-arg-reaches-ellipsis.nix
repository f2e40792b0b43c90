# flags: --strict --arg z 1
{ ... }@args: args
