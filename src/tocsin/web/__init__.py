"""The doors for people and programs: the public pages and the HTTP interface."""
