-- A day of service among the benchmark's rows: of the shifts that were held, one in eight is under way and one in eight
-- was just held. Nobody has checked in at the ones yet; of the others no hours are written down.
UPDATE shift SET state = 'running', starts_at = date_trunc('hour', now()), ends_at = date_trunc('hour', now()) + interval '12 hours'
WHERE id IN (SELECT benchmark.owned(n) FROM generate_series(1 + :held * 3 / 4, :held * 7 / 8) n);

DELETE FROM hour_entry
WHERE shift_id IN (SELECT benchmark.owned(n) FROM generate_series(1 + :held * 3 / 4, :held) n);

-- Who came to the ones before was seen to come and to leave.
INSERT INTO attendance (id, version, street_id, signup_id, checked_in_at, checked_out_at, minutes, source, walk_in, geofence,
  wrong_codes, state)
SELECT s.id, 1, s.street_id, s.id, h.starts_at, h.ends_at, 60, 'code', false, 'unknown', 0, 'checked_out'
FROM generate_series(1, :held * 3 / 4) n JOIN shift h ON h.id = benchmark.owned(n) JOIN signup s ON s.shift_id = h.id;
