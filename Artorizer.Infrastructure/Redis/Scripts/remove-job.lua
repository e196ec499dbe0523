-- Removes one job. Arguments: id, lifetime of the tombstone in ms.
-- Returns the state that the job was in, or null if it was not there.
return remove(ARGV[2], ARGV[3])
