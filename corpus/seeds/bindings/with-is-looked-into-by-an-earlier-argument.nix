# 2.3 makes one call after the other, and looks for the second argument when the first call was made.
with { a = 0; }; (b: a) 0 c
