1 / (if true then 0 else "a")
