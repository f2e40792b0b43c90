# `./a//b` lexes as a path followed by an update operator
./a//b
