({ or }: or) { or = 3; }
