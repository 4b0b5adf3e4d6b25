"""How letters leave the house: in words, by mail or as short messages, tried again until their time is over."""
