BEGIN;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0001');
CREATE TABLE articles (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	source TEXT NOT NULL, 
	outlet TEXT NOT NULL, 
	title TEXT NOT NULL, 
	body TEXT NOT NULL, 
	author TEXT, 
	language TEXT, 
	published DATETIME, 
	first_seen DATETIME NOT NULL, 
	told DATETIME NOT NULL, 
	extraction TEXT NOT NULL, 
	note TEXT NOT NULL, 
	retry_page BOOLEAN NOT NULL, 
	page_attempts INTEGER NOT NULL, 
	capture_file TEXT, 
	capture_offset BIGINT, 
	capture_length BIGINT, 
	capture_sha256 TEXT, 
	judged_by TEXT, 
	CONSTRAINT pk_articles PRIMARY KEY (number), 
	CONSTRAINT uq_articles_id UNIQUE (id)
);
INSERT INTO articles VALUES (1, '3c390589c681e71a', 'https://fil.example/move', 'fil', 'Le Fil Numérique', 'Élodie Marchand quitte Nébulia pour Corvex', 'L’ingénieure était l’une des premières recrues de la jeune pousse.', NULL, NULL, '2026-03-18 08:30:00.000000', '2026-03-18 09:30:00.000000', '2026-03-18 08:30:00.000000', 'full', '', 0, 0, NULL, NULL, NULL, NULL, 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff');
INSERT INTO articles VALUES (2, '56363e580f5c8bf8', 'https://fil.example/other', 'fil', 'Le Fil Numérique', 'Cirrova lève vingt millions', 'Des fonds.', NULL, NULL, '2026-03-18 08:30:00.000000', '2026-03-18 09:30:00.000000', '2026-03-18 08:30:00.000000', 'full', '', 0, 0, NULL, NULL, NULL, NULL, 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff');
CREATE TABLE judgements (
	article TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	judged_at DATETIME NOT NULL, 
	reason TEXT, 
	score FLOAT NOT NULL, 
	moves JSON NOT NULL, 
	sources_cited JSON NOT NULL, 
	evidence JSON NOT NULL, 
	joined BOOLEAN NOT NULL, 
	CONSTRAINT pk_judgements PRIMARY KEY (article), 
	CONSTRAINT fk_judgements_article FOREIGN KEY(article) REFERENCES articles (id)
);
INSERT INTO judgements VALUES ('3c390589c681e71a', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', '2026-03-18 09:30:00.000000', NULL, 7.25, '[{"person": "\u00c9lodie Marchand", "group": null, "origin": "N\u00e9bulia", "destination": "Corvex", "role": "directrice de la recherche", "status": "confirmed", "amount": {"min": 1000000, "max": null, "currency": "EUR", "period": "year"}, "kind": "poach", "background": false, "evidence": [{"start": 16, "end": 22, "text": "quitte", "why": "part.quitter", "points": 2.5}], "denied_amount": null}, {"person": null, "group": {"label": "chercheurs", "count": 3}, "origin": "N\u00e9bulia", "destination": "Corvex", "role": "directrice de la recherche", "status": "confirmed", "amount": null, "kind": "poach", "background": true, "evidence": [{"start": 16, "end": 22, "text": "quitte", "why": "part.quitter", "points": 2.5}], "denied_amount": null}]', '["Bloomberg"]', '[{"start": 0, "end": 7, "text": "\u00c9lodie ", "why": "lead-position", "points": 1.0}]', 0);
INSERT INTO judgements VALUES ('56363e580f5c8bf8', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', '2026-03-18 09:30:00.000000', 'too-weak', 0.1, '[{"person": "\u00c9lodie Marchand", "group": null, "origin": "N\u00e9bulia", "destination": "Corvex", "role": "directrice de la recherche", "status": "confirmed", "amount": null, "kind": "poach", "background": false, "evidence": [{"start": 16, "end": 22, "text": "quitte", "why": "part.quitter", "points": 2.5}], "denied_amount": null}]', '["AFP"]', '[]', 1);
CREATE TABLE aliases (
	link TEXT NOT NULL, 
	article TEXT NOT NULL, 
	CONSTRAINT pk_aliases PRIMARY KEY (link), 
	CONSTRAINT fk_aliases_article FOREIGN KEY(article) REFERENCES articles (id)
);
CREATE TABLE feeds (
	source TEXT NOT NULL, 
	url TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	body_sha256 TEXT, 
	last_attempt DATETIME, 
	last_success DATETIME, 
	newest_entry DATETIME, 
	failures INTEGER NOT NULL, 
	next_due DATETIME, 
	CONSTRAINT pk_feeds PRIMARY KEY (source)
);
CREATE TABLE host_rests (
	host TEXT NOT NULL, 
	until DATETIME NOT NULL, 
	why TEXT NOT NULL, 
	CONSTRAINT pk_host_rests PRIMARY KEY (host)
);
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	started DATETIME NOT NULL, 
	finished DATETIME, 
	report JSON, 
	succeeded JSON, 
	failed JSON, 
	CONSTRAINT pk_runs PRIMARY KEY (id)
);
INSERT INTO runs VALUES (1, '2026-03-18 09:30:00.000000', NULL, NULL, NULL, NULL);
CREATE TABLE facts (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY (name)
);
CREATE TABLE stories (
	id TEXT NOT NULL, 
	opened DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	people JSON NOT NULL, 
	"group" JSON, 
	origin TEXT, 
	destination TEXT, 
	role TEXT, 
	status TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	figures JSON NOT NULL, 
	origins JSON NOT NULL, 
	CONSTRAINT pk_stories PRIMARY KEY (id)
);
INSERT INTO stories VALUES ('0123456789abcdef', '2026-03-18 08:30:00.000000', '2026-03-18 09:30:00.000000', '["\u00c9lodie Marchand", "Zo\u00e9 \u0152uvrard"]', '{"label": "chercheurs", "count": null}', 'Nébulia', 'Corvex', NULL, 'reported', 'hire', '[{"amount": {"min": null, "max": 9, "currency": "USD", "period": "total"}, "outlet": "Le Fil Num\u00e9rique", "article": "3c390589c681e71a", "source_cited": "Bloomberg", "denied": false}]', '["Bloomberg"]');
CREATE TABLE tellings (
	story TEXT NOT NULL, 
	article TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	outlet TEXT NOT NULL, 
	source TEXT NOT NULL, 
	title TEXT NOT NULL, 
	published DATETIME, 
	first_seen DATETIME NOT NULL, 
	moves JSON NOT NULL, 
	sources_cited JSON NOT NULL, 
	score FLOAT NOT NULL, 
	CONSTRAINT pk_tellings PRIMARY KEY (story, article), 
	CONSTRAINT fk_tellings_article FOREIGN KEY(article) REFERENCES articles (id), 
	CONSTRAINT fk_tellings_story FOREIGN KEY(story) REFERENCES stories (id)
);
INSERT INTO tellings VALUES ('0123456789abcdef', '3c390589c681e71a', 0, 'https://fil.example/move', 'Le Fil Numérique', 'fil', 'Élodie Marchand quitte Nébulia pour Corvex', '2026-03-18 08:30:00.000000', '2026-03-18 09:30:00.000000', '[{"person": "\u00c9lodie Marchand", "group": null, "origin": "N\u00e9bulia", "destination": "Corvex", "role": "directrice de la recherche", "status": "confirmed", "amount": {"min": 1000000, "max": null, "currency": "EUR", "period": "year"}, "kind": "poach", "background": false, "evidence": [{"start": 16, "end": 22, "text": "quitte", "why": "part.quitter", "points": 2.5}], "denied_amount": null}]', '["Bloomberg"]', 7.25);
CREATE TABLE story_events (
	id TEXT NOT NULL, 
	story TEXT NOT NULL, 
	article TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	novelty TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	CONSTRAINT pk_story_events PRIMARY KEY (id), 
	CONSTRAINT fk_story_events_article FOREIGN KEY(article) REFERENCES articles (id), 
	CONSTRAINT fk_story_events_story FOREIGN KEY(story) REFERENCES stories (id)
);
INSERT INTO story_events VALUES ('0123456789abcdef-0', '0123456789abcdef', '3c390589c681e71a', 0, '2026-03-18 09:30:00.000000', 'status', 'rumoured', 'confirmed');
CREATE TABLE watches (
	watch TEXT NOT NULL, 
	began DATETIME NOT NULL, 
	CONSTRAINT pk_watches PRIMARY KEY (watch)
);
INSERT INTO watches VALUES ('ia', '2026-03-18 09:30:00.000000');
CREATE TABLE digests (
	id TEXT NOT NULL, 
	watch TEXT NOT NULL, 
	period TEXT NOT NULL, 
	window_start DATETIME NOT NULL, 
	window_end DATETIME NOT NULL, 
	missed INTEGER NOT NULL, 
	first BOOLEAN NOT NULL, 
	composed_at DATETIME NOT NULL, 
	stories INTEGER NOT NULL, 
	updates INTEGER NOT NULL, 
	message_id TEXT, 
	subject TEXT, 
	text TEXT, 
	html TEXT, 
	sender TEXT, 
	date DATETIME, 
	CONSTRAINT pk_digests PRIMARY KEY (id), 
	CONSTRAINT uq_digests_watch_period UNIQUE (watch, period)
);
INSERT INTO digests VALUES ('de5343f756b99dac', 'ia', '2026-03-18T09:30Z', '2026-03-17 09:30:00.000000', '2026-03-18 09:30:00.000000', 0, 0, '2026-03-18 09:30:00.000000', 1, 0, '<ia.2026-03-18@fil.example>', 'Élodie Marchand quitte Nébulia', 'Bonjour,

« quitte »
', '<p>Bonjour</p>', 'mercato@fil.example', '2026-03-18 09:30:00.000000');
CREATE TABLE deliveries (
	digest TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_try DATETIME, 
	detail TEXT NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (digest, recipient), 
	CONSTRAINT fk_deliveries_digest FOREIGN KEY(digest) REFERENCES digests (id)
);
INSERT INTO deliveries VALUES ('de5343f756b99dac', 'ana@example.org', 'pending', 0, NULL, '', '2026-03-18 09:30:00.000000');
CREATE TABLE digest_events (
	digest TEXT NOT NULL, 
	event TEXT NOT NULL, 
	CONSTRAINT pk_digest_events PRIMARY KEY (digest, event), 
	CONSTRAINT fk_digest_events_digest FOREIGN KEY(digest) REFERENCES digests (id), 
	CONSTRAINT fk_digest_events_event FOREIGN KEY(event) REFERENCES story_events (id)
);
INSERT INTO digest_events VALUES ('de5343f756b99dac', '0123456789abcdef-0');
CREATE VIRTUAL TABLE article_search USING fts5(keys, content='', detail=none, tokenize=ascii);
CREATE INDEX ix_articles_judged_by_told_id ON articles (judged_by, told, id);
CREATE INDEX ix_articles_told_id ON articles (told, id);
CREATE INDEX ix_deliveries_state_next_try ON deliveries (state, next_try);
CREATE INDEX ix_digest_events_event ON digest_events (event);
CREATE INDEX ix_digests_composed_at_id ON digests (composed_at, id);
CREATE INDEX ix_digests_watch_window_end ON digests (watch, window_end);
CREATE INDEX ix_judgements_fingerprint_joined_reason ON judgements (fingerprint, joined, reason);
CREATE INDEX ix_runs_finished ON runs (finished);
CREATE INDEX ix_stories_opened ON stories (opened);
CREATE INDEX ix_stories_updated_id ON stories (updated, id);
CREATE INDEX ix_story_events_at_id ON story_events (at, id);
CREATE INDEX ix_story_events_story ON story_events (story);
CREATE INDEX ix_tellings_article ON tellings (article);
COMMIT;
