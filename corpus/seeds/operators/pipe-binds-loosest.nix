# features: pipe-operators
1 + 1 |> (x: x * 2)
