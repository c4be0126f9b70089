-- What a database is never without: the company's one row (its name is told by `coffeestudio init` or
-- the demo), and the ports the trade uses, by UN/LOCODE.

INSERT INTO company (id, name) VALUES (1, '');

INSERT INTO port (locode, name, country) VALUES
    ('PECLL', 'Callao', 'PE'),
    ('PEPAI', 'Paita', 'PE'),
    ('DEHAM', 'Hamburg', 'DE'),
    ('DEBRV', 'Bremerhaven', 'DE'),
    ('NLRTM', 'Rotterdam', 'NL'),
    ('BEANR', 'Antwerp', 'BE'),
    ('BEZEE', 'Zeebrugge', 'BE');
