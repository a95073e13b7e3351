import { literal } from '@/lib/clone/spelling'
import type { Check } from './regression'
import type { Principal } from '../types'

/** What the head of an exported test says. */
export interface TestHead {
  readonly database: string
  /** ISO time of the run it was made from. */
  readonly takenAt: string
}

/**
 * The checks as a plain SQL script: it raises an error that names every check that fails, and rolls everything back.
 * Run it as a superuser, or as an owner that may become the roles, on a database with rows of several tenants.
 */
export const plainTest = (head: TestHead, checks: readonly Check[]): string =>
  [
    ...opening(head, 'psql -v ON_ERROR_STOP=1 -f isolation-test.sql'),
    crossedFunction,
    expectFunction,
    ...checks.map((each) => `select pg_temp.expect_none(${literal(each.name)}, ${crossed(each)});`),
    '',
    verdict,
    'rollback;',
    '',
  ].join('\n')

/** The same for pgTAP: needs only plan, is and finish. */
export const pgtapTest = (head: TestHead, checks: readonly Check[]): string =>
  [
    ...opening(head, 'pg_prove isolation-test.sql'),
    crossedFunction,
    `select plan(${checks.length + 1});`,
    ...checks.map((each) => `select is(${crossed(each)}, 0::bigint, ${literal(each.name)});`),
    `select is(coalesce(current_setting('tabellion.tried', true), '') <> '', true, 'there are rows of other tenants to reach');`,
    'select * from finish();',
    'rollback;',
    '',
  ].join('\n')

const opening = ({ database, takenAt }: TestHead, command: string) => [
  `-- No session reaches a row of another tenant: made by Tabellion from the database ${oneLine(database)}, ${takenAt}.`,
  '-- Run it on a test database with rows of several tenants, as a superuser or an owner that may become the roles:',
  `--   ${command}`,
  '-- Everything is rolled back. A check without rows of others to reach, or that cannot be tried, shows nothing and is counted apart.',
  'begin;',
  "set local statement_timeout = '30s';",
  'set local client_min_messages = notice;',
  '',
]

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ')

function crossed({ principal, prepare, statement, count, witnesses }: Check): string {
  const texts = [prepare, statement, count, witnesses].map((sql) => (sql === null ? 'null' : literal(sql)))
  const settings = `${literal(JSON.stringify(settingsOf(principal)))}::jsonb`
  return `pg_temp.crossed(${[literal(principal.role), settings, ...texts].join(', ')})`
}

/** Every custom setting of the request, claims included. */
export function settingsOf({ settings, claims }: Principal): Record<string, string> {
  return { ...settings, ...(claims === null ? {} : { 'request.jwt.claims': JSON.stringify(claims) }) }
}

// The effects and the role end with the inner block, which always leaves by an error.
const crossedFunction = `create function pg_temp.crossed(
  as_role name, settings jsonb, prepare text, statement text, count_after text, witnesses text
) returns bigint language plpgsql as $crossed$
declare
  others bigint;
  given text;
  reached bigint;
begin
  begin
    execute witnesses into others;
    if prepare is not null then
      execute prepare into given;
    end if;
  exception
    when others then
      perform set_config('tabellion.untried', concat(current_setting('tabellion.untried', true), '.'), true);
      raise warning 'not tried, for not even the tester can read there: % (%)', statement, sqlerrm;
      return 0;
  end;
  if others = 0 or (prepare is not null and given is null) then
    return 0;
  end if;
  perform set_config('tabellion.tried', concat(current_setting('tabellion.tried', true), '.'), true);
  begin
    perform set_config(key, value, true) from jsonb_each_text(settings);
    execute format('set local role %I', as_role);
    execute replace(statement, '%L', quote_nullable(given));
    get diagnostics reached = row_count;
    if count_after is not null then
      reset role;
      execute replace(count_after, '%s', others::text) into reached;
    end if;
    raise exception using errcode = 'TB001', message = reached::text;
  exception
    when sqlstate 'TB001' then return sqlerrm::bigint;
    when others then return 0;
  end;
end
$crossed$;
`

const expectFunction = `create function pg_temp.expect_none(what text, reached bigint) returns void language plpgsql as $expect$
begin
  perform set_config('tabellion.asked', concat(current_setting('tabellion.asked', true), '.'), true);
  if reached > 0 then
    perform set_config('tabellion.failed', concat(current_setting('tabellion.failed', true), chr(10), '  ', what, ' (', reached, ')'), true);
  end if;
end
$expect$;
`

const verdict = `do $verdict$
declare
  failed text := coalesce(current_setting('tabellion.failed', true), '');
  asked integer := length(coalesce(current_setting('tabellion.asked', true), ''));
  tried integer := length(coalesce(current_setting('tabellion.tried', true), ''));
  untried integer := length(coalesce(current_setting('tabellion.untried', true), ''));
begin
  if failed <> '' then
    raise exception 'isolation is broken:%', failed;
  end if;
  if tried = 0 then
    raise exception 'nothing was tested: there are no rows of other tenants to reach';
  end if;
  raise notice 'isolation holds: % checks, % of them with rows of others to reach, % could not be tried', asked, tried, untried;
end
$verdict$;
`
