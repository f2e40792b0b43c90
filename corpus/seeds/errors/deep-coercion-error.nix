"${{ outPath = [ ]; }}"
