"""How long what names a person may be, in letters."""

LONGEST_NAME, LONGEST_EMAIL = 120, 200
