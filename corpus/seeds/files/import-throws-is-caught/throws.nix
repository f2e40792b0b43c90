throw "in the file"
