# flags: --eval
with { a = 1; }; [ a ]
