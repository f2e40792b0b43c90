import ./t
