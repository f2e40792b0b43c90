# flags: --strict --arg b 5
{ a }: a
