-- What is asked for at every push, score and probe is found without reading what else there is of the class, or of the past.

create index grade_act_of on grade_act
  (organisation, (coalesce(body #>> '{extension,owner}', body #>> '{override,owner}')), seq);

-- The one without kinds was taken in place of `evidence_for_grades` by plans that know no owner, and read all probes of a student.
drop index evidence_newest;
create index evidence_of_owner on evidence (organisation, owner, kind, seq);

-- When a service that is up was last down, and whether two ever claimed it.
create index evidence_probe_failed on evidence (organisation, challenge, owner, at)
  where kind = 'probe' and not body @> '{"ok": true}';
create index evidence_contested on evidence (organisation, challenge, owner)
  where kind = 'probe' and body @> '{"identity": "contested"}';
