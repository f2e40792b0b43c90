<twinix-nonexistent>
