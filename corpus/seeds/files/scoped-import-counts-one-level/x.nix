f n
