{ a = __curPos.column;
  b = { c = __curPos.line; }; }
