/* one /* two */ 3
