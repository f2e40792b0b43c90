# flags: --strict --arg x 3
x: x
