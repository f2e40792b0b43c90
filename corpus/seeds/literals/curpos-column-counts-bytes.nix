[ "é" __curPos.column ]
