"""The procedure as a story: who does what, in the words that stand on the pages."""
