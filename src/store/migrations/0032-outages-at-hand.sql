-- breaking: no
-- Outages of ours are few among millions of rows, and a report of a year names them all.
create index journal_outages on journal (id) where kind = 4;
