"""The broker of professions: lets a person log in at an OpenID provider and attests to it.

It holds the client's secret, which a page could not keep, and sees neither media nor patient data.
"""
