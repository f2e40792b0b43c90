# flags: --strict --restrict-eval -I .
<nope>
