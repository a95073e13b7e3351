set role ledger_owner;

-- Everything that capture and the log rest on, one line each, in an order of its own: owners, rights, triggers with their
-- state, function bodies, event triggers. Two texts that differ say what was changed.
create function ledger.configuration_lines() returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with relations as (
    select c.oid, n.nspname || '.' || c.relname as name, c.relowner, c.relacl, c.relkind, c.relrowsecurity, c.relforcerowsecurity
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    -- A month that was archived is no part of the log any more.
    where n.nspname = 'ledger' and c.relkind in ('r', 'p') and not c.relispartition and c.relname !~ '^audit_logs_[0-9]{4}_[0-9]{2}$'
  ),
  watched as (
    select c.oid, n.nspname || '.' || c.relname as name, c.relispartition,
      exists (
        select from pg_trigger t join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'ledger'::regnamespace
        where t.tgrelid = c.oid and t.tgname like 'ledger\_capture%'
      ) as captured
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not like 'pg\_%' and n.nspname not in ('information_schema', 'ledger')
  ),
  line as (
    select format('owner %s of %s rls %s forced %s', pg_get_userbyid(relowner), name, relrowsecurity, relforcerowsecurity) as text from relations
    union all
    select format('right %s on %s for %s', g.privilege_type, name, coalesce(nullif(g.grantee, 0)::regrole::text, 'public'))
    from relations cross join aclexplode(coalesce(relacl, acldefault('r', relowner))) as g
    union all
    select format('policy %s on %s for %s using %s check %s', p.polname, r.name, p.polcmd,
      coalesce(pg_get_expr(p.polqual, p.polrelid), '-'), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-'))
    from pg_policy p join relations r on r.oid = p.polrelid
    union all
    -- Whoever is given the owner's or the sealer's role may do what they may.
    select format('member %s of %s', m.member::regrole, m.roleid::regrole)
    from pg_auth_members m where m.roleid in (to_regrole('ledger_owner'), to_regrole('ledger_sealer'), to_regrole('ledger_binder'))
    union all
    select format('login of ledger_owner %s', rolcanlogin) from pg_roles where rolname = 'ledger_owner'
    union all
    select format('trigger %s on %s enabled %s does %s(%s)%s', t.tgname, c.name, t.tgenabled, p.oid::regproc, encode(t.tgargs, 'hex'),
      case when t.tgqual is not null or t.tgattr <> ''::int2vector then ' sometimes' end)
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    join (select oid, name from relations union all select oid, name from watched where captured or not relispartition) c on c.oid = t.tgrelid
    where not t.tgisinternal and (p.pronamespace = 'ledger'::regnamespace or c.name like 'ledger.%'
      or t.tgtype & 2 = 2 and exists (select from watched w where w.oid = c.oid and w.captured))
    union all
    select format('rule %s on %s', w.rulename, c.name) from pg_rewrite w
    join (select oid, name from relations union all select oid, name from watched where captured) c on c.oid = w.ev_class
    union all
    select format('watched %s', name) from watched where captured and not relispartition
    union all
    -- A trigger of the wrong kind sees less: a statement's sees nothing of what a subscription or another table's statement does.
    select format('trigger %s on %s misses changes', t.tgname, w.name)
    from watched w join pg_trigger t on t.tgrelid = w.oid and t.tgname like 'ledger\_capture%' and t.tgtype & 1 = 0
    where not ledger.by_statement(w.oid)
    union all
    -- Bits of the kind: 4 INSERT, 8 DELETE, 16 UPDATE.
    select format('trigger %s on %s is for other events', t.tgname, w.name)
    from watched w join pg_trigger t on t.tgrelid = w.oid and t.tgname like 'ledger\_capture%'
    where t.tgtype & ~1 <> case t.tgname when 'ledger_capture_insert' then 4 when 'ledger_capture_delete' then 8 else 16 end
    union all
    select format('function %s of %s %s %s', p.oid::regprocedure, pg_get_userbyid(p.proowner), coalesce(p.proacl::text, '-'),
      encode(sha256(convert_to(concat_ws(' ', p.prosecdef, p.provolatile, p.proconfig::text, p.prosrc), 'UTF8')), 'hex'))
    from pg_proc p where p.pronamespace = 'ledger'::regnamespace and p.prokind = 'f'
    union all
    -- Partitions come each month; a line is written only where one is not as closed as the whole.
    select format('partition %s not closed', c.oid::regclass)
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'ledger.audit_logs'::regclass and (
      not c.relrowsecurity or not c.relforcerowsecurity or pg_get_userbyid(c.relowner) <> 'ledger_owner'
      or (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgname like 'audit\_logs\_refuse\_%' and t.tgenabled = 'A') <> 3
    )
    union all
    select format('event trigger %s on %s enabled %s does %s', evtname, evtevent, evtenabled, evtfoid::regproc) from pg_event_trigger
  )
  select coalesce(array_agg(text order by text collate "C"), '{}') from line
$$;
comment on function ledger.configuration_lines() is 'Em que a captura e a guarda se apoiam, uma linha para cada coisa.';

-- Capture functions that are not what this schema makes of their tables: somebody wrote others in their place.
create function ledger.altered_captures() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select ledger.name_of(t.tgrelid)
  from pg_trigger t
  join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'ledger'::regnamespace and p.proname <> 'capture'
  join pg_class c on c.oid = t.tgrelid and not c.relispartition
  cross join lateral (select string_to_array(encode(t.tgargs, 'escape'), '\000') as a) as said
  where t.tgname = 'ledger_capture' and p.prosrc <> ledger.capture_body(t.tgrelid, a[1], a[2], a[6], t.tgtype & 1 = 0)
$$;
comment on function ledger.altered_captures() is 'Funções de captura que não são as que este esquema escreve.';
revoke execute on function ledger.configuration_lines(), ledger.altered_captures() from public;
grant execute on function ledger.configuration_lines(), ledger.altered_captures(), ledger.by_statement(regclass) to ledger_sealer;

reset role;

do $$
begin
  grant ledger_sealer to tabellion_web;
exception
  -- Whoever may not give the role away says so in the page of the seal, where the sealer cannot run.
  when insufficient_privilege then null;
end
$$;
