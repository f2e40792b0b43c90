let p = <twinix-nonexistent>; in 1
