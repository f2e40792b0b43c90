"through the link"
