"one x"
