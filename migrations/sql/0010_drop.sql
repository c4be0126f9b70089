DROP FUNCTION passages_held(date);
