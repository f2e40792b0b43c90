"${{ outPath = "o"; }}"
