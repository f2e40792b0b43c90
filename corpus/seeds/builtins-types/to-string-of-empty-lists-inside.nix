map toString [ [ "a" [ ] ] [ [ ] "a" ] [ "a" [ ] "b" ] [ "" "" ] [ [ [ ] ] "x" ] ]
