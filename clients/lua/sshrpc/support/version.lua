--- This library's version, and the daemon's.
return "0.1.0"
