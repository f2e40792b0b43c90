[ (/a == /a) (/a == "/a") (toString /a == "/a") ]
