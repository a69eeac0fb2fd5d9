"""What the commands of `python -m backend` do; `__main__` only names and describes them."""
