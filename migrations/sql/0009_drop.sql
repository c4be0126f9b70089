DROP TABLE embedding_model;
