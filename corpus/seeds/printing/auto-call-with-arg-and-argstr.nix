# flags: --strict --arg a 1+1 --argstr b text
{ a, b, c ? 3 }: [ a b c ]
