"""The test bed: a real cluster in namespaces, faults for it, applications that write, and a judge of what they saw.

Pure modules, which decide and touch nothing: crm, history, schedule. The others act: postgres, writer (a program of its
own on a node), lab, databases, recipes, faults, evidence, nemesis.
"""
