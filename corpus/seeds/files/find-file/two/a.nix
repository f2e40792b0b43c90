"two a"
