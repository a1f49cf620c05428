"""English names that are also words of everyday speech: in lower case they are taken for the word."""

from __future__ import annotations

_WORDS = """
ace amber angel april art ash august autumn baker banks basil bay bell berry bill bird bishop black blossom
blue bond booth bridge bright brook brooks brown bush butler candy case cash chance chapel charity chase
cherry chip church clay cliff close coal cook coral cotton court cross crystal daisy dale dawn day dean
diamond dot drake drew duke early east eve fair faith farmer fern field finch fisher flint flower ford
forest foster fox frank friday friend frost garden gem ginger grace grant gray green grey guy hall happy
hardy harmony haven hawk hay hazel head heath heather heaven herb hill holly honey hood hope house hunt
hunter iris ivory ivy jade jasmine jewel job joy judge june justice key king knight lacy lake lamb lance
lane lark laurel law lily little lock long love low luck lucky maple march marine mark marsh mason may
meadow melody mercy merry mile miles mill miller mint misty moon moor moss mouse nick noble noon north nova
oak ocean old olive opal page pansy park parks pat patience peace peach pearl penny pepper peg petal pike
pip plum pool poppy porter post potter power precious price pride prince princess queen rain rainbow ray
read reed reef rich ridge river rivers rob robin rock rod rose rosemary ruby rue rush sage sailor sand sandy
savage scarlet school sea sharp shepherd short silver singer sky small smart snow sonny south spring star
stone storm strange street strong sue summer summers sunday sunny swift temple thorn thyme tiger timber town
trinity usher vale van victor victory violet wade walker wall warden ward waters wave way weaver wells west
wheeler white wild will willow winter wise wolf wood woods wren young zest
"""
ORDINARY_WORDS = frozenset(_WORDS.split())
