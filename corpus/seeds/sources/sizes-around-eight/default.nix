map (n: "${./. + "/${toString n}"}") [ 7 8 9 ]
