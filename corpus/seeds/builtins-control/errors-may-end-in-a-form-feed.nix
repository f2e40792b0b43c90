throw "\ta\n \n"
