a-b-c
