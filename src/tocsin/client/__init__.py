"""
What others import to listen to a Tocsin server; knows the kernel's words and nothing else.

    from tocsin.client.follow import follow, follow_sync

The rules that it keeps are told in `docs/reference/client.md`.
"""
