{ inherit (a); }
