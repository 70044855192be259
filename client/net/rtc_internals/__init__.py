"""The only package that reaches inside aiortc; written against release 1.16.0.

aiortc gives no public way to send pictures in AV1 or VP9, to see a packet before it is encrypted,
to hear a key frame request or to bound what a peer makes it queue. Each function here says which
private names it needs; `verification` checks them all before the first connection.
"""
