"""The incident: the network of site a is cut and comes back, played on a real cluster in namespaces, watched, and told.

Pure modules, which decide and touch nothing: record, figures, timeline, summary, verdict, picture. The others act: watch (a
program of its own on a node), stage, plays.
"""
