"""`make bench`: what the program does per second and per megabyte, measured beside what the machine can do."""
