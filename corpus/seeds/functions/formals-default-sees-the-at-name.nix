(args@{ a ? args.b or 3, ... }: a) { b = 7; }
