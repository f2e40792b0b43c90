# __overrides replaces attributes, also for references inside the set
rec { a = 1; b = a; __overrides = { a = 2; c = 3; }; }
