-- A model is listed when it has read every passage: a search never meets half of its vectors.
CREATE TABLE embedding_model (
    name TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    made_of TEXT NOT NULL,
    passages INTEGER NOT NULL,
    fitted BYTEA,
    CONSTRAINT pk_embedding_model PRIMARY KEY (name)
);

REVOKE ALL ON embedding_model FROM PUBLIC, coffeestudio_app;
GRANT SELECT, INSERT, UPDATE ON embedding_model TO coffeestudio_app;
