"a
b

c"
