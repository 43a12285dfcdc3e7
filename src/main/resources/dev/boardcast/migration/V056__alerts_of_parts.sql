-- The name of the part of a board that a transition is about; NULL for the whole board.
ALTER TABLE alert_transition ADD COLUMN part text;
