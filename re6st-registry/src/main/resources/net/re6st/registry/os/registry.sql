-- The registry's database.
--
-- The first four tables belong to the file format: the original program compares the text of each CREATE TABLE with its
-- own and refuses the file if they differ, so not even a space may change. Everything of ours has a name that begins with
-- re6st_, is unknown to the original, and is made again from the four tables where that is possible.

-- What belongs to the network as a whole: prefix (of the registry's node), version (blob), last_config (JSON), serial
-- (last one issued), babel_hmac0..2 (blobs), valid_until (Unix time).
CREATE TABLE config (
  name TEXT PRIMARY KEY NOT NULL,
  value);

-- Tokens that were not used yet.
CREATE TABLE token (
  token TEXT PRIMARY KEY NOT NULL,
  email TEXT NOT NULL,
  prefix_len INTEGER NOT NULL,
  date INTEGER NOT NULL);

-- The tree of blocks. cert: null (free), 'reserved', or the PEM of the node that has it.
CREATE TABLE cert (
  prefix TEXT PRIMARY KEY NOT NULL,
  email TEXT,
  cert TEXT);

-- Revoked serials, with the end of their certificate.
CREATE TABLE crl (
  serial INTEGER PRIMARY KEY NOT NULL,
  date INTEGER NOT NULL);

-- Free blocks, as the allocator looks for them.
CREATE INDEX re6st_free ON cert (length(prefix) DESC, prefix) WHERE cert IS NULL;

CREATE INDEX re6st_email ON cert (email) WHERE email IS NOT NULL;

-- What is looked up about certificates, so that none is parsed for it. pem_tail tells whether the row still describes
-- the certificate: the original may have changed the tree meanwhile.
CREATE TABLE re6st_certificate (
  prefix TEXT PRIMARY KEY NOT NULL,
  serial INTEGER NOT NULL,
  subject_serial INTEGER,
  not_after INTEGER NOT NULL,
  pem_tail TEXT NOT NULL) WITHOUT ROWID;

CREATE INDEX re6st_certificate_serial ON re6st_certificate (serial);

CREATE INDEX re6st_certificate_subject_serial ON re6st_certificate (subject_serial);

CREATE INDEX re6st_certificate_not_after ON re6st_certificate (not_after);

-- No subject serial below this one is free: where the search for the smallest free one starts.
CREATE TABLE re6st_subject_serial (
  used_below INTEGER NOT NULL);

-- Used tokens: the same key gets the same certificate once more, in case the answer was lost.
CREATE TABLE re6st_issued (
  token TEXT PRIMARY KEY NOT NULL,
  key_digest BLOB NOT NULL,
  prefix TEXT NOT NULL,
  pem TEXT NOT NULL,
  date INTEGER NOT NULL) WITHOUT ROWID;

CREATE INDEX re6st_issued_prefix ON re6st_issued (prefix);

-- Sessions of authenticated calls. pending: the secret of the last hello, until it is used.
CREATE TABLE re6st_session (
  prefix TEXT PRIMARY KEY NOT NULL,
  secret BLOB NOT NULL,
  protocol INTEGER NOT NULL,
  pending_secret BLOB,
  pending_protocol INTEGER) WITHOUT ROWID;

-- The audit log, see docs/audit-log.rst. Rows are only ever added: the hash of each holds that of the one before.
CREATE TABLE re6st_audit (
  number INTEGER PRIMARY KEY NOT NULL,
  date INTEGER NOT NULL,
  act TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_address TEXT NOT NULL,
  hash BLOB NOT NULL);

CREATE TRIGGER re6st_audit_unchanged BEFORE UPDATE ON re6st_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER re6st_audit_undeleted BEFORE DELETE ON re6st_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- What the last row is, sealed with the CA's key: rows missing at the end are noticed.
CREATE TABLE re6st_audit_head (
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  seal BLOB NOT NULL);

-- The CA's certificate, at most one: a renewed one reaches every process that uses the database, and every backup.
CREATE TABLE re6st_ca (
  pem TEXT NOT NULL);

-- Certificates that a renewal replaced and that have not ended: they are revoked together with their node.
CREATE TABLE re6st_superseded (
  serial INTEGER PRIMARY KEY NOT NULL,
  prefix TEXT NOT NULL,
  not_after INTEGER NOT NULL);

CREATE INDEX re6st_superseded_prefix ON re6st_superseded (prefix);

-- Sessions that another one took the place of, the last four of each node. Who uses one of them later is another machine with
-- the same certificate. address: from where the newer session was used first.
CREATE TABLE re6st_replaced (
  prefix TEXT NOT NULL,
  secret BLOB NOT NULL,
  date INTEGER NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (prefix, secret)) WITHOUT ROWID;

-- How often that happened, when last, and from where the two called then.
CREATE TABLE re6st_clash (
  prefix TEXT PRIMARY KEY NOT NULL,
  times INTEGER NOT NULL,
  date INTEGER NOT NULL,
  address TEXT NOT NULL,
  other_address TEXT NOT NULL) WITHOUT ROWID;
