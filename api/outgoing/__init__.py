"""What goes out: notices of the read model, told to the world at least once each.

`outbox` takes what is to be sent, `webhook` and `mail` are the ways it goes, `deliverer` sends, tries again and gives up. Where a
notice ends a duty, the command that records it follows the delivery.
"""
