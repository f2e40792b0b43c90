{ inputs.a.url = "path:./sub"; outputs = { self, a }: { x = a.x; }; }
