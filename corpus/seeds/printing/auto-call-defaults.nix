# flags: --strict --arg b 5
{ a ? 1, b ? 2 }: a + b
