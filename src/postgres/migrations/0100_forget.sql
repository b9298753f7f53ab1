-- A person asks to be forgotten: the one way in which what is only added to may change, and only inside this function.

create or replace function keep_row() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select from course where organisation = old.organisation) then
    return old;
  end if;
  if tg_op <> 'TRUNCATE' and current_setting('practicum.forgetting', true) = old.organisation then
    if tg_op = 'DELETE' and tg_table_name <> 'ledger' then
      return old;
    end if;
    -- The entry keeps its place in the chain; what it said goes.
    if tg_op = 'UPDATE' and tg_table_name = 'ledger' then
      if (new.organisation, new.seq, new.hash) = (old.organisation, old.seq, old.hash)
        and new.line::jsonb = old.line::jsonb - 'body' || '{"forgotten": true}' then
        return new;
      end if;
    end if;
  end if;
  raise exception '% is only ever added to: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

-- `tombstones`: the entries about this owner, as {seq, line}; `acts`: ids of what was decided about this owner; `names`: of
-- the owner's repositories, lower case, as the keys of jobs that somebody steered contain them.
create function forget_owner(org text, slug text, tombstones jsonb, acts text[], names text[]) returns void language plpgsql as $$
begin
  perform set_config('practicum.forgetting', org, true);
  update ledger l set line = t.line, subject = 'forgotten', digest = ''
    from jsonb_to_recordset(tombstones) as t(seq bigint, line text)
    where l.organisation = org and l.seq = t.seq;
  delete from evidence where organisation = org and owner = slug;
  delete from grade_act where organisation = org and id = any(acts);
  delete from staff_act where organisation = org
    and exists (select from unnest(names) as name where name = any(string_to_array(lower(subject), '/')));
  perform set_config('practicum.forgetting', '', true);
end $$;
