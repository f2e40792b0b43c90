import "${./t}"
