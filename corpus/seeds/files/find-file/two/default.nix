"two default"
