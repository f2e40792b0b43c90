# flags: --strict -A b
{ a ? 1 }: { b = { c ? 2 }: a + c; }
