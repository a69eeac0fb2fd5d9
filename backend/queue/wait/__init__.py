"""Waiting times: a forward simulation over the hall as it stands, with what the hall has learned of itself.

Plain state in, plain figures out: a live hall, a generated day and recorded queues feed the same code.
"""
