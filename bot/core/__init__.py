"""What every feature builds on: the context, cards, forms, events, the router, the port."""
