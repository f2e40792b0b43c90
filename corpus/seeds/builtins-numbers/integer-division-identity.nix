let a = -17; b = 5; in a == b * (a / b) + (a - b * (a / b))
