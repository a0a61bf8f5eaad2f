-- Whether WhatsApp has said that the account is a business's: what it writes then comes with a verified name.
ALTER TABLE people ADD COLUMN is_business boolean NOT NULL DEFAULT false;
