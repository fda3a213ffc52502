"""What people touch: the command line, the page and the HTTP interface. Knows `rag`, never the reverse."""
