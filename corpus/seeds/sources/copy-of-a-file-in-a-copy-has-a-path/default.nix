toString ./t + "/a" == toString ./t/a
