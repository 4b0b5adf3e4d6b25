-- What the peers need beside the tables. For a signup they call a function that takes a seat and does nothing else: no
-- permission, no deed, no event, no idempotency, no look at whether the volunteer is free.
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

-- PostGraphile filters lists by equality; what has to be later than something is asked of a function.
CREATE FUNCTION open_shifts(community uuid, since timestamptz) RETURNS SETOF shift LANGUAGE sql STABLE STRICT AS $$
  SELECT h.* FROM shift h JOIN opportunity o ON o.id = h.opportunity_id
  WHERE h.community_id = open_shifts.community AND h.state = 'scheduled' AND h.starts_at >= open_shifts.since
    AND o.state = 'published'
  ORDER BY h.starts_at, h.id
$$;

-- Texts in English, sums and links that no foreign key tells of: computed columns and smart tags, which cost nothing
-- to plan for, because PostgreSQL writes such functions into the query.
CREATE FUNCTION benchmark.english(said jsonb) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN coalesce(said #>> '{translations,en,text}', said ->> 'text');
CREATE FUNCTION benchmark.shown(said jsonb) RETURNS json LANGUAGE sql STABLE
  RETURN json_build_object('text', benchmark.english(said));
CREATE FUNCTION community_called(c community) RETURNS text LANGUAGE sql STABLE RETURN benchmark.english(c.name);
CREATE FUNCTION organization_called(o organization) RETURNS text LANGUAGE sql STABLE RETURN benchmark.english(o.name);
CREATE FUNCTION service_plan_called(p service_plan) RETURNS text LANGUAGE sql STABLE RETURN benchmark.english(p.title);
CREATE FUNCTION opportunity_called(o opportunity) RETURNS text LANGUAGE sql STABLE RETURN benchmark.english(o.title);
CREATE FUNCTION opportunity_todo(o opportunity) RETURNS text LANGUAGE sql STABLE RETURN benchmark.english(o.tasks);
CREATE FUNCTION volunteer_verified_minutes(v volunteer) RETURNS bigint LANGUAGE sql STABLE
  RETURN (SELECT coalesce(sum(minutes), 0) FROM hour_entry h WHERE h.volunteer_id = v.id AND h.state IN ('final', 'verified'));
COMMENT ON TABLE opportunity IS
  E'@foreignKey (community_id) references community (id)\n@foreignKey (organization_id) references organization (id)';
