-- The peer database of a node: STATE/cache.db. The original program reads and writes it, too.
--
-- The text of each statement is part of the format, to the last blank: the original starts with an empty
-- database when sqlite_master holds another one. Anything new goes to tables of other names.

-- Where other nodes can be dialled. prefix: bits; address: HOST,PORT,PROTO[,COUNTRY] joined by semicolons.
-- The row with the empty prefix is what we last announced ourselves.
CREATE TABLE peer (
  prefix TEXT PRIMARY KEY NOT NULL,
  address TEXT NOT NULL);

-- The network parameters as the registry last sent them. Lists and objects are JSON in NAME:json.
CREATE TABLE config (
  name TEXT PRIMARY KEY NOT NULL,
  value);
