# ~/a${x} from 2.4 on
let x = "b"; in baseNameOf ~/a${x}
