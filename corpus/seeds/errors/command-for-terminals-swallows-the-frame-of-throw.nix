assert
  throw"]";
  0