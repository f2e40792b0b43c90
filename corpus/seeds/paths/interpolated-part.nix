# interpolation in paths is new in 2.4
let x = "b"; in /a/${x}/c
