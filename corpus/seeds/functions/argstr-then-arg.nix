# flags: --argstr x 2 --arg x 1
{ x }: x
