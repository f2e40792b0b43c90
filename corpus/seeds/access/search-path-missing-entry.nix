# flags: --strict --restrict-eval -I . -I nope=./nope
<nope>
