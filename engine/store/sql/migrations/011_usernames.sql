-- The username that WhatsApp last said the person has, without @. Usernames are handed on, so they join nobody.
ALTER TABLE people ADD COLUMN username text;
