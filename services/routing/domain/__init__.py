"""The pure rules of the desk: a case's life, who may do what, the bounce brake, numbers, suggestions."""
