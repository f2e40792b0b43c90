"local"
