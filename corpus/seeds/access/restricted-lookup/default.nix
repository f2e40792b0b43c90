# flags: --strict --restrict-eval 
import <d>
