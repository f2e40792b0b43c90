assert throw "0\t0"; "﻿"
