[ map true null ]
