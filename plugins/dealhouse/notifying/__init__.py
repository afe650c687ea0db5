"""Notifying: after each release shoppers are told what they wait for, where they want to be told (docs/notifications.md)."""
