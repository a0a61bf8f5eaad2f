-- A number's proxy: its URL, sealed, and what is shown of it.
ALTER TABLE sessions ADD COLUMN sealed_proxy bytea, ADD COLUMN shown_proxy text;
