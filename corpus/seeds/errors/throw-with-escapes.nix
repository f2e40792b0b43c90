throw "quote \" dollar \${x} tab\t back\\"
