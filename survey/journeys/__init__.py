"""The stories of the product, one per file: a newcomer reads these first."""
