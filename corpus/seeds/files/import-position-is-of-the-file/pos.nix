# on the second line
  __curPos
