"""The public verbs, one per file: each composes the folders and returns a value.

Other folders are imported when a verb is called, so that a name costs nothing until it is used.
"""
