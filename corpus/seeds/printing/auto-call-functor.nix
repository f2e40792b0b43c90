# flags: --strict --arg x 3
{ __functor = self: { x ? 5 }: x; }
