"""The tutorials as recipes, one file each: data, settings, published numbers, source.

Built on the public names of linnet alone: what a recipe does, everybody can.
"""

from linnet.recipes.run import RECIPES, recipe

__all__ = ["RECIPES", "recipe"]
