builtins.toXML [ (x: x) ({ b, a ? 1 }: a) ({ a, ... }: a) (args@{ a }: a) map ]
