rec { a = a; }
