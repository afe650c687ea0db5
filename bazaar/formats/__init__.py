"""How merchants publish their offers: one module per platform, each a pure function from a site's day to a document."""
