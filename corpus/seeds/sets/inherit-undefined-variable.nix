{ inherit undefined-here; }
