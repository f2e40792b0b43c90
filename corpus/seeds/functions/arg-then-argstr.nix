# flags: --arg x 1 --argstr x 2
{ x }: x
