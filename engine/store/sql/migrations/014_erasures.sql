-- Erasures that are under way: of people with so much history that it goes in several transactions.
CREATE TABLE erasures (
  mode       text NOT NULL,
  -- The person's id when it began.
  who        text NOT NULL,
  -- All names that were found, as the rows that had them may be gone.
  names      jsonb NOT NULL,
  -- When to go on if the process that began it has not.
  resume_at  timestamptz(3) NOT NULL,
  PRIMARY KEY (mode, who)
);
CREATE INDEX erasures_due ON erasures (resume_at);
