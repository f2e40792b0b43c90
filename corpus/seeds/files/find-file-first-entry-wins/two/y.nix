"two y"
