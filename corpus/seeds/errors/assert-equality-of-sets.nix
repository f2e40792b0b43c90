# newer releases explain the difference of a failed equality
assert { a = 1; } == { a = 2; }; 1
