DROP FUNCTION passages_held(date);
DROP TABLE embedding_model;
