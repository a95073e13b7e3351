import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { testDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { runsWhatItIsTold, withoutWhatIsTold } from './told'
import type { Finding, Principal } from './types'

const told = (body: string, given = '') => runsWhatItIsTold({ language: 'plpgsql', body, arguments: given })

test('text from outside is told from quoted parts', () => {
  expect(told('begin execute command; end')).toBe(true)
  expect(told(`begin execute 'select ' || what; end`)).toBe(true)
  expect(told(`begin execute format('select %s', what) into n; end`)).toBe(true)
  expect(told(`declare q text := 'select ' || what; begin execute q; end`)).toBe(true)
  expect(told(`begin q := format('select %I', what); q := q || what; execute q; end`)).toBe(true)
  expect(
    told(`begin execute format('select count(*) from %I where id = $1', what) into n using id; end`),
  ).toBe(false)
  expect(told(`begin execute 'select 1 from ' || quote_ident(what); end`)).toBe(false)
  expect(told(`declare q text; begin q := format('select %L', what); execute q; end`)).toBe(false)
  expect(told(`-- execute command\nbegin return 1; end`)).toBe(false)
  // A parameter may be given something; a variable by a query; a loop's record is whatever was read.
  expect(told(`begin if what is null then what := 'select 1'; end if; execute what; end`)).toBe(true)
  expect(told(`declare q text := 'a'; begin select t into n, q from x; execute q; end`)).toBe(true)
  expect(told(`declare q text; begin for q in select t from x loop execute q; end loop; end`)).toBe(true)
  expect(
    told(
      `declare q text := ''; begin foreach n in array a loop q := q || quote_ident(n); end loop; execute q; end`,
    ),
  ).toBe(false)
  // Text that is chosen by what was told, but not made of it.
  const chosen = `case what when 'a' then ' - array[''x'']' else case when n = 1 then '' end end`
  expect(told(`begin execute format('select 1%s from %I', ${chosen}, what); end`)).toBe(false)
  expect(
    told(`declare c text; begin c := ${chosen}; execute format('select %2$s', what, c) into n; end`),
  ).toBe(false)
  expect(told(`declare c text; begin c := case when n = 1 then what else '' end; execute c; end`)).toBe(true)
  expect(told(`begin execute format(what, 'x'); end`)).toBe(true)
  expect(told(`begin execute 'select ''' || replace(quote_literal('x'), '''', '') || ''''; end`)).toBe(false)
  expect(told(`begin execute 'select ''' || replace(quote_literal(what), '''', '') || ''''; end`)).toBe(true)
  // A number has nothing in it that could end a literal.
  expect(told(`begin execute 'select ' || what::int || ' from ' || current_user; end`)).toBe(false)
  expect(told(`begin execute 'select ' || what::varchar; end`)).toBe(true)
  const numbered = `begin execute format('update %I set a = %L where id = %s', what, a, n); end`
  expect(told(numbered, 'what text, a text, n integer')).toBe(false)
  expect(told(numbered, 'IN what text, IN a text, INOUT n integer')).toBe(false)
  expect(told(numbered, 'what text, a text, n text')).toBe(true)
  expect(told(numbered, 'what text, a text, n integer[]')).toBe(true)
  expect(told(`declare n bigint := length(what); ${numbered}`, 'what text, a text')).toBe(false)
  expect(told(`declare n text := what; begin declare n int; ${numbered}; end; execute n; end`)).toBe(true)
})

test('a setting is the text of whoever may set it', () => {
  const body = (name: string) => `begin execute 'select ''' || current_setting('${name}', true) || ''''; end`
  const told = (name: string, settled: boolean) =>
    runsWhatItIsTold({ language: 'plpgsql', body: body(name), arguments: '' }, settled)
  expect(told('app.clinic', false)).toBe(true)
  expect(told('app.clinic', true)).toBe(false)
  expect(told('request.headers', true)).toBe(true)
})

test('a proof is taken back for whoever may call such a function of the owner, and for nobody else', async () => {
  const db = await testDatabase()
  const role = `told_${randomBytes(4).toString('hex')}`
  try {
    await db.run(`
      create role ${role}; create role ${role}_safe; create role ${role}_poor;
      create table rooms (id int primary key, clinic_id int not null);
      alter table rooms enable row level security; create policy own on rooms using (clinic_id = 1);
      grant select on rooms to ${role}, ${role}_safe;
      create function anything(command text) returns void language plpgsql security definer as $$ begin execute command; end $$;
      revoke all on function anything from public; grant execute on function anything to ${role};
      create function little(command text) returns void language plpgsql security definer as $$ begin execute command; end $$;
      alter function little owner to ${role}_poor`)
    const snapshot = await readSnapshot(db.url)
    const principal = (name: string): Principal => ({
      name,
      role: name,
      tenants: ['1'],
      login: null,
      settings: {},
      claims: null,
    })
    const proved = (name: string): Finding => ({
      relation: 'public.rooms',
      principal: name,
      role: name,
      command: 'SELECT',
      channel: 'row',
      verdict: 'isolated',
      by: 'proof',
      counterexample: null,
      doors: [],
      assumptions: [],
      because: [],
    })
    const names = [role, `${role}_safe`]
    const found = withoutWhatIsTold(snapshot, names.map(principal), names.map(proved), 'dml')
    expect(found.map(({ verdict }) => verdict)).toEqual(['unknown', 'isolated'])
    expect(found[0]?.because[0]?.en).toContain('public.anything(text) runs the text it is given')
    // It is so: the row of another comes once the policy is gone.
    const rows = await db.run(`
      begin; insert into rooms values (1, 1), (2, 2); set local role ${role};
      select anything('alter table public.rooms disable row level security');
      select * from rooms where clinic_id <> 1`)
    expect(rows).toEqual([{ id: 2, clinic_id: 2 }])
  } finally {
    await db.run(
      `rollback; drop owned by ${role}, ${role}_safe, ${role}_poor cascade; drop role ${role}, ${role}_safe, ${role}_poor`,
    )
    await db.drop()
  }
})
