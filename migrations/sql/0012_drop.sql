-- Everything the twelfth revision made, files included.

DROP TABLE paper_file;
