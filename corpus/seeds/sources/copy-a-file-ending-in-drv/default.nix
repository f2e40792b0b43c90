"${./x.drv}"
