# flags: --strict --arg-from-file x x.txt --arg-from-file y ./x.txt --argstr y last
{ x, y, z ? 1 }: [ x y z ]
