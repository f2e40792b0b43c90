builtins.toXML ({ c, a, b ? 1 }: a)
