-- What the peers call where the service calls its command: a signup with a seat, and nothing else.
-- No permission, no deed, no event, no idempotency.
CREATE SEQUENCE benchmark.new_signup START 1000000000;

CREATE FUNCTION sign_up(shift_id uuid, volunteer_id uuid) RETURNS signup LANGUAGE plpgsql VOLATILE STRICT AS $$
DECLARE
  found shift;
  made signup;
BEGIN
  SELECT * INTO found FROM shift s WHERE s.id = sign_up.shift_id FOR UPDATE;
  IF found.id IS NULL THEN RAISE EXCEPTION 'no such shift'; END IF;
  IF found.taken >= found.capacity THEN RAISE EXCEPTION 'full'; END IF;
  UPDATE shift s SET taken = taken + 1, version = version + 1 WHERE s.id = found.id;
  INSERT INTO signup (id, version, street_id, community_id, organization_id, shift_id, volunteer_id, signed_up_at, late, state)
  VALUES (benchmark.id(0, nextval('benchmark.new_signup')), 1, found.street_id, found.community_id, found.organization_id,
    found.id, sign_up.volunteer_id, now(), false, 'confirmed')
  RETURNING * INTO made;
  RETURN made;
END $$;
