[ ({ }.a or 1) ({ a = 2; }.a or 1) ({ a.b = 3; }.a.b or 1) ({ a = 1; }.a.b or 4) ]
