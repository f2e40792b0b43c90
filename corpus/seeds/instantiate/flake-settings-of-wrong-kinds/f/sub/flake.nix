{ outputs = { self }: { x = "sub"; }; }
