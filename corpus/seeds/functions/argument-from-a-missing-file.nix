# flags: --strict --arg-from-file x nowhere
{ x }: 1
