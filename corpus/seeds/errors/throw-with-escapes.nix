throw "quote \" dollar \${x} back\\"
