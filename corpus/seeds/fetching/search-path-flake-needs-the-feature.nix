# flags: --strict -I x=flake:nowhere
<x>
