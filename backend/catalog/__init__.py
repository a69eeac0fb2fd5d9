"""What can be done, where, and what to bring. Imports no other domain."""
