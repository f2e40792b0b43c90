# features: pipe-operators
[ (true || false |> (x: !x)) ]
