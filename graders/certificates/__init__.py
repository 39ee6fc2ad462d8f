"""The mathematics that checks share: is an answer right, whatever route led to it?"""
