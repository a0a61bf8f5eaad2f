-- This store is moved to another one: 'leaving' while its rows are copied, 'left' when the other one has them all. Or it is
-- that other one: 'arriving' until it has. No engine starts on a store that has a row here.
CREATE TABLE store_moves (
  only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  -- The same in both stores.
  id        text NOT NULL,
  state     text NOT NULL CHECK (state IN ('leaving', 'left', 'arriving')),
  -- The other store, as it may be shown: without a password.
  place     text NOT NULL,
  -- Arriving: by table, the primary key of the last row that is here, or null if all are.
  progress  jsonb NOT NULL DEFAULT '{}'
);
