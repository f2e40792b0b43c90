# an underscore may not be in a scheme, so this is a lambda
(a_b:a_b) 3
