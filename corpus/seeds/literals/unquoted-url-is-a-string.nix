[ http://example.org/a?b=c&d=%20 mailto:someone@example.org ]
