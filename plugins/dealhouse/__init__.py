"""Dealhouse's batch rooms: how a task touches the outside world."""
