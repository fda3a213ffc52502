"""How the shipped evidence model is made from data and official weights. Not part of the installed product."""
