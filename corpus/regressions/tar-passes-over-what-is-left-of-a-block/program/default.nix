{ a = fetchTarball "file://${toString ./a.tar-1030}"; }
