(x: y: [ (baseNameOf x) (baseNameOf y) ]) ./a ./b
