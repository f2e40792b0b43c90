/nonexistent/a
