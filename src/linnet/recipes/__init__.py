"""The tutorials as recipes, one file each: data, settings, published numbers, source.

Built on the public names of linnet alone: what a recipe does, everybody can.
"""
