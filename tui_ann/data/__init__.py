"""Tables in, arrays out."""
