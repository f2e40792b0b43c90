let p = __curPos; in [ p.line
  __curPos.line __curPos.column (baseNameOf p.file) ]
