# flags: --strict --arg z 1
{ a ? 1 }: a
