let fix = f: let x = f x; in x; base = self: { a = 1; b = self.a * 10; }; over = self: super: { a = super.a + 1; };
in fix (self: let s = base self; in s // over self s)
