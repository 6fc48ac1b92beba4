"""Projects that look like one: signed or begun twice, or an existing plant under a new name.

``model`` says what is compared and what comes of it, ``rules`` reads the weights, ``traits`` takes a name
apart, ``comparing`` weighs two projects, ``pairing`` finds who is to be compared with whom.
"""
