-- breaking: no
-- Who may judge a shard. The fence grows with every take-over, and each write of an evaluator checks it: one that was
-- paused and wakes holds an old number and writes nothing. The beats are the leader's sign of life.
create table evaluator_leases (
  shard smallint not null unique,
  fence bigint not null,
  beats bigint not null,
  patience smallint not null, -- looks of a standby at the same beat after which the leader is taken for dead
  -- With the fence in a key, raising it waits for every write that has checked it, and a beat waits for none.
  primary key (shard, fence)
);
