dirOf "a//b"
