"""The patient's own window: the doctor large, the patient small, what is said in large letters.

It is a process of its own (``python -m client.media.window``): if it crashes the session goes on,
and if the session dies its pipe ends and the window closes. Nothing about the patient is in the
process's arguments or the window's title; all of it comes through the pipe.
"""
