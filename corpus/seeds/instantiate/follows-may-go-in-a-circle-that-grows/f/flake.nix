{ inputs.b.follows = "b/c"; outputs = { self, ... }: { x = "v"; }; }
