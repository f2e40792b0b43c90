[ (!false && false) (!(false && false)) (! true == false) ]
