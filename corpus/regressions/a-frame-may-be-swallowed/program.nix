assert
  throw"]";
  0
