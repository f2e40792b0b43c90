map baseNameOf [ ./a+b ./a-b ./a_b ./a.b ./1 ]
