map (p: [ p.line p.column ]) [


  (builtins.unsafeGetAttrPos "c" {

 c = 1; })
	
 (builtins.unsafeGetAttrPos "d" { "x
y" = 1; d =
 2; }) /* a
b
*/ (builtins.unsafeGetAttrPos "f" { e = ''
  foo
  bar
''; f = 1; }) # foo
__curPos ]
