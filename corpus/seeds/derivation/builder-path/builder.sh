echo hello > $out
