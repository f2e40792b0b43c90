"up"
