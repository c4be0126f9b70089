-- Everything the knowledge base's revision made, data included.

DROP TABLE knowledge_answer, fact, passage_embedding, passage_term, passage, document_version, document;

DROP FUNCTION fact_quoted(), version_overlap(), version_guard(), passage_terms(),
    passage_ts(text, text, text, text), fts_cfg(text), ts_length(tsvector);
