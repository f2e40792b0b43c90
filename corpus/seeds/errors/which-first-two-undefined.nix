[ undefined-two undefined-one ]
