import { migrationFiles } from '@/lib/audit/migration'

/** What the governed database replaces with its own. */
const theirs = ['clinics_of', 'own_clinics', 'zone_of', 'staff_patients', 'same_patient']

/** What earlier versions had and this one has not. */
const gone = [
  'said(boolean)',
  'told()',
  'steps_of(ledger.captured_column[], boolean)',
  'pair_of(ledger.captured_column[], boolean)',
  'pair_of(ledger.capture_plan, boolean)',
  'field_of(text, regclass, smallint)',
  'json_of(regclass, smallint, text)',
  'columns_of(regclass, boolean)',
  'row_of(ledger.captured_column[], text)',
  'plan_of(regclass, text, text, text, boolean)',
  'capture_one(ledger.capture_plan, text)',
  'capture_many(ledger.capture_plan, ledger.capture_plan)',
  'reach(text, uuid[], boolean, timestamptz, timestamptz, integer, boolean)',
]

/** An earlier version asked of each entry what its own functions never do otherwise. */
const policy = 'alter policy audit_logs_write on ledger.audit_logs with check (true);'

/**
 * A block of an earlier version kept the right edge of its tree, which took more than all else of it. The column goes without a
 * rewrite; what blocks have of it stays in their pages, and means nothing.
 */
const columns = `do $$
begin
  if exists (select from pg_attribute where attrelid = 'ledger.block'::regclass and attname = 'frontier' and not attisdropped) then
    alter table ledger.block drop constraint block_root_check, drop column frontier,
      add constraint block_root_check check (octet_length(root) = 32) not valid;
  end if;
  if not exists (select from pg_attribute where attrelid = 'ledger.capture_plan'::regclass and attname = 'hidden') then
    alter type ledger.capture_plan add attribute hidden text[];
  end if;
end
$$;`

/** A function with its body, a statement about functions or who may look into a schema, each up to the end of its last line. */
const parts =
  /^(?:create function [\s\S]*?\$(\w*)\$[\s\S]*?\$\1\$;|(?:comment on|revoke execute on|grant execute on) function [\s\S]*?;|grant usage on schema [^;]*;)$/gm

/**
 * Statements that bring a ledger installed by an earlier version up to this one: roles that are new, every function as it is
 * now, with its rights, and the captures that they write. What the database replaced stays, and so do tables and entries: an entry
 * keeps the form it has.
 * @param schemas those that are there; a file that makes another one runs whole
 */
export function upgradeStatements(schemas: readonly string[], root?: string): readonly string[] {
  const files = migrationFiles('ledger', root).map(({ sql }) => ({
    sql,
    makes: /^create schema (?:if not exists )?(\w+) /m.exec(sql)?.[1],
  }))
  const whole = files.filter(({ makes }) => makes && !schemas.includes(makes))
  const roles = files.filter(({ sql }) => sql.includes('create role')).map(({ sql }) => sql)
  const functions = files
    .filter((file) => !whole.includes(file))
    .flatMap(({ sql }) => [...sql.matchAll(parts)].map(([text]) => renewed(text)))
  return [
    guards('disable'),
    ...roles,
    'set local role ledger_owner;',
    ...gone.map((name) => `drop function if exists ledger.${name};`),
    columns,
    policy,
    ...functions,
    'reset role;',
    ...whole.map(({ sql }) => sql),
    `do $$
declare
  watched record;
begin
  for watched in
    select t.tgrelid::regclass as relation, string_to_array(encode(t.tgargs, 'escape'), '\\000') as said
    from pg_trigger t join pg_class c on c.oid = t.tgrelid and not c.relispartition where t.tgname = 'ledger_capture' and not t.tgisinternal
  loop
    perform ledger.watch(watched.relation, watched.said[1], watched.said[2], watched.said[6]);
  end loop;
end
$$;`,
    guards('enable always'),
  ]
}

const renewed = (text: string) => {
  const name = /^create function ledger\.(\w+)/.exec(text)?.[1]
  return name && theirs.includes(name)
    ? `do $once$ begin if to_regproc('ledger.${name}') is null then execute $it$${text.slice(0, -1)}$it$; end if; end $once$;`
    : text.replace(/^create function/, 'create or replace function')
}

/** The optional guards refuse any change of the log, a planned one too, until a superuser says so. */
const guards = (state: string) => `do $$
declare
  guard text;
begin
  for guard in select evtname from pg_event_trigger where evtname in ('ledger_commands', 'ledger_drops') loop
    execute format('alter event trigger %I ${state}', guard);
  end loop;
end
$$;`
