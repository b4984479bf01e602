"""
Minimal servers by other libraries over the very call to the engine that the directory makes, to be measured beside it.

Each runs as a script in an environment of its own, made of the hashed lock beside it; none reads the record.
"""
