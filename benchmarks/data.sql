-- The benchmark's neighbourhood, by sets: rows are numbered from 1, and a row's number gives everything else.
-- The numbers of communities, organizations and plans are multiples of the number of streets, so a row and the rows
-- it belongs to are of one street. Four shifts in five are over; the others lie ahead and take the new signups.
CREATE SCHEMA benchmark;
SET search_path = public, benchmark;

-- Shaped like domain.columns.new_id: milliseconds from 2025 on, version 7, the street's number, the row's number.
CREATE FUNCTION benchmark.id(street bigint, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN
  (lpad(to_hex(1735689600000 + n * 50), 12, '0') || '7000' || to_hex((1::bigint << 63) | (street << 44) | n))::uuid;
CREATE FUNCTION benchmark.street(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN 1 + n % :streets;
CREATE FUNCTION benchmark.owned(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN id(street(n), n);
CREATE FUNCTION benchmark.said(zh text, en text) RETURNS jsonb LANGUAGE sql IMMUTABLE RETURN
  jsonb_build_object('language', 'zh-Hans', 'text', zh,
    'translations', jsonb_build_object('en', jsonb_build_object('text', en, 'status', 'checked')));

INSERT INTO street_office (id, version, street_id, number, name, district, district_name)
SELECT id(n, n), 1, id(n, n), n, said('第' || n || '街道', 'Street ' || n), '110105', said('朝阳区', 'Chaoyang')
FROM generate_series(1, :streets) n;

INSERT INTO community (id, version, street_id, name, category)
SELECT owned(n), 1, id(street(n), street(n)), said('第' || n || '社区', 'Community ' || n), 'urban'
FROM generate_series(1, :communities) n;

INSERT INTO organization (id, version, street_id, name, category, state)
SELECT owned(n), 1, id(street(n), street(n)), said('第' || n || '社会组织', 'Organization ' || n), 'filed', 'active'
FROM generate_series(1, :organizations) n;

-- People: first one social worker for each organization, the first of them for a whole street too; then volunteers.
CREATE FUNCTION benchmark.volunteer(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN id(0, :organizations + n);

INSERT INTO person (id, version, name, display_name, email, locale, registered_at, state)
SELECT id(0, n), 1, 'Person ' || n, 'Person ' || n, 'person' || n || '@example.org', 'en',
  timestamptz '2025-01-01' + n * interval '1 minute', 'active'
FROM generate_series(1, :organizations + :volunteers + :newcomers) n;

INSERT INTO role_grant (id, version, person_id, role, organization_id, since)
SELECT id(0, n), 1, id(0, n), 'social_worker', owned(n), date '2025-01-01' FROM generate_series(1, :organizations) n;

INSERT INTO role_grant (id, version, person_id, role, street_id, since)
SELECT id(1, n), 1, id(0, n), 'social_worker', id(street(n), street(n)), date '2025-01-01'
FROM generate_series(1, :streets) n;

-- Who sees all that belongs to a street: its social worker.
CREATE FUNCTION benchmark.overseer(street uuid) RETURNS uuid LANGUAGE sql STABLE
  RETURN (SELECT person_id FROM role_grant WHERE street_id = street AND role = 'social_worker');

INSERT INTO role_grant (id, version, person_id, role, since)
SELECT volunteer(n), 1, volunteer(n), 'volunteer', date '2025-01-01'
FROM generate_series(1, :volunteers + :newcomers) n;

INSERT INTO volunteer (id, version, person_id, display_name, legal_name, birth_date, phone, skills, available,
  registered_at, invitable, charter_edition)
SELECT volunteer(n), 1, volunteer(n), 'Volunteer ' || n || ' ' || md5(n::text), 'Person ' || n,
  date '1950-01-01' + (n % 18000)::int, '+8613800000000', '["first_aid"]', '[]', now(), true, 1
FROM generate_series(1, :volunteers + :newcomers) n;

INSERT INTO social_worker (id, version, street_id, agency_id, person_id, qualification, certificate_number, issued_on,
  verified_by, verified_at, state)
SELECT owned(n), 1, id(street(n), street(n)), owned(n), id(0, n), 'intermediate', 'SW' || n,
  date '2020-01-01', id(0, 1), timestamptz '2025-01-01', 'qualified'
FROM generate_series(1, :organizations) n;

INSERT INTO service_plan (id, version, street_id, community_id, organization_id, social_worker_id, title, aims, measures,
  budget, currency, since, until, state)
SELECT owned(n), 1, id(street(n), street(n)), owned(1 + (n - 1) % :communities), owned(1 + (n - 1) % :organizations),
  owned(1 + (n - 1) % :organizations), said('服务方案' || n, 'Plan ' || n || ' ' || md5(n::text)), aims,
  said('见附件', 'See the annex'), n * 10.5, 'CNY', date '2025-01-01', date '2035-01-01', 'published'
FROM generate_series(1, :plans) n, said('目标' || n, repeat(md5(n::text) || ' ', 5)) aims;

-- One opportunity for each plan.
INSERT INTO opportunity (id, version, street_id, community_id, organization_id, plan_id, title, tasks, risks, dangerous,
  full_time, large_event, out_of_city, place, skills, languages, reviews_signups, state)
SELECT owned(n), 1, street_id, community_id, organization_id, id, said('志愿机会' || n, 'Opportunity ' || n || ' ' || md5(n::text)),
  aims, said('无', 'None'), false, false, false, false, said('社区中心', 'The community centre'), '[]', '[]', false,
  (array['published', 'published', 'closed', 'cancelled'])[1 + n / 7 % 4]
FROM generate_series(1, :plans) n JOIN service_plan ON id = owned(n);

INSERT INTO shift (id, version, street_id, community_id, organization_id, opportunity_id, starts_at, ends_at, capacity, taken,
  queued, reviewed, record_due, record_due_provisional, record_state, state, next_due)
SELECT owned(n), 1, street_id, community_id, organization_id, id, starts_at, starts_at + interval '1 hour', 1000000, 10, 0, false,
  (starts_at + interval '14 days')::date, false, CASE WHEN n <= :held THEN 'recorded' ELSE 'due' END,
  CASE WHEN n <= :held THEN 'ended' ELSE 'scheduled' END,
  CASE WHEN n > :held THEN starts_at END
FROM generate_series(1, :shifts) n
JOIN opportunity ON id = owned(1 + (n - 1) % :plans),
date_trunc('hour', now()) hour,
LATERAL (SELECT hour + CASE WHEN n <= :held THEN (n - :held - 48) * interval '10 minutes'
  ELSE (n - :held + 720) * interval '1 hour' END AS starts_at) moments
ORDER BY n;

-- Ten to a shift, spread over the volunteers by a stride that shares no factor with their number; none of newcomers.
INSERT INTO signup (id, version, street_id, community_id, organization_id, shift_id, volunteer_id, signed_up_at, late, state)
SELECT id(street(k), n), 1, street_id, community_id, organization_id, shift.id, volunteer(1 + 7919::bigint * n % :volunteers),
  starts_at - interval '10 days', false, 'confirmed'
FROM generate_series(1, :signups) n, LATERAL (SELECT 1 + (n - 1) / 10 AS k) shifts JOIN shift ON shift.id = owned(k)
ORDER BY n;

-- Hours of the shifts that are over: the first entry of each signup stands, later ones were corrected away.
INSERT INTO hour_entry (id, version, street_id, community_id, organization_id, volunteer_id, shift_id, signup_id, served_on,
  minutes, source, assurance, tier, logged_at, logged_by_id, decided_at, decided_by_id, state)
SELECT id(street(1 + (m - 1) / 10), n), 1, s.street_id, s.community_id, s.organization_id, volunteer_id, shift_id, s.id,
  starts_at::date, 15 + n % 45, 'code', 'a2', 'organization', starts_at + (60 + n % 97) * interval '1 minute', id(0, 1), now(), id(0, 1),
  CASE WHEN n > :served THEN 'superseded' WHEN n % 5 = 0 THEN 'logged' ELSE 'verified' END
FROM generate_series(1, :entries) n, LATERAL (SELECT 1 + (n - 1) % :served AS m) signups
JOIN signup s ON s.id = id(street(1 + (m - 1) / 10), m) JOIN shift ON shift.id = shift_id
ORDER BY n;

-- Newcomers take hundreds of shifts that follow one another, as nobody does who needs sleep.
INSERT INTO rule (id, name, jurisdiction, jurisdiction_name, since, value, unit, says, source, verified, version)
SELECT gen_random_uuid(), name, jurisdiction, jurisdiction_name, since, CASE name WHEN 'rest_between' THEN 0 ELSE 1000000 END,
  unit, says, 'The benchmark', false, version + 1
FROM rule WHERE name IN ('rest_between', 'day_most', 'week_most', 'seats_ahead');

-- Only so that the signups made while it is measured can be deleted again in no time.
CREATE INDEX ON hour_entry (signup_id);
