# features: no-url-literals
http://a.b/c
