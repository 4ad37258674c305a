"""The test bed: a real cluster in namespaces, faults for it, applications that write, and a judge of what they saw.

Pure modules, which decide and touch nothing: crm, history, schedule. The others act. A lab is made of namespaces, network,
node with its processes, disk, cluster, servers (PostgreSQL) and pgpool; lab puts them together, for the command `lab` too.
Nemesis plays on it: databases asks, writer is a program of its own on a node and speaks through postgres; recipes, faults,
evidence.
"""
