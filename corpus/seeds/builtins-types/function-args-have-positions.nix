# positions from 2.4 on
let p = builtins.unsafeGetAttrPos "b" (builtins.functionArgs ({ a,
  b ? 1 }: a)); in if p == null then null else [ p.line p.column ]
