let
  explained = assert (let x = 1; y = x + 1; f = z: [ y z ]; in f x) == [ 1 ]; true;
in
assert (let x = 1; y = x + 1; in y) == 3; explained
