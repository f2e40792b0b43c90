"two x"
