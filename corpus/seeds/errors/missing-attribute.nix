{ aa = 1; }.ab
