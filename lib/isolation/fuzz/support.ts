import type { Dice } from './dice'

const user = `nullif(current_setting('f.usr', true), '')::int`
const nullable = (dice: Dice) => (dice.chance(0.5) ? ' not null' : '')

/** Tables that decide who belongs where, in parts or with heirs, and views of them; by which names they may be asked. */
export function support(dice: Dice, out: string[]): readonly string[] {
  const parts = dice.pick(['', '', '', 'partitions', 'heir'])
  const columns = `usr int${nullable(dice)}, tenant text${nullable(dice)}, role text, active boolean default true`
  out.push(
    `create table f.members (${columns})${parts === 'partitions' ? ' partition by list (role)' : ''}`,
    'create table f.blocked (tenant text)',
    `create table f.teams (usr int, places text[], doc jsonb)`,
    ...(dice.chance(0.2) ? ['create table f.blocked_too () inherits (f.blocked)'] : []),
  )
  if (parts === 'partitions')
    out.push(
      `create table f.members_u partition of f.members for values in ('user')`,
      'create table f.members_x partition of f.members default',
    )
  if (parts === 'heir') out.push('create table f.members_x () inherits (f.members)')
  out.push('grant select on f.members, f.blocked, f.teams to f_app, f_staff')
  mayJoin(dice, out)
  if (parts !== '' && dice.chance(0.2)) out.push('grant select, insert on f.members_x to f_app')
  const names = ['f.members', 'f.members', 'f.members', ...(parts === '' ? [] : ['f.members_x'])]
  if (!dice.chance(0.5)) return names
  const limit = dice.pick([`where active`, '', `where usr = ${user}`, `where role <> 'admin'`])
  const invoker = dice.chance(0.3) ? ' with (security_barrier = true)' : ''
  out.push(
    dice.named(
      'view of members',
      `create view f.belongs${invoker} as select usr, tenant, role, active from f.members ${limit}`,
      'create view f.belongs as select usr, tenant, role, active from f.members where false',
    ),
    `grant select${dice.chance(0.2) ? ', insert' : ''} on f.belongs to f_app, f_staff`,
  )
  return [...names, 'f.belongs', 'f.belongs']
}

function mayJoin(dice: Dice, out: string[]): void {
  if (dice.chance(0.4)) {
    out.push('alter table f.members enable row level security')
    out.push(`create policy m on f.members for select using (${dice.pick(['true', `usr = ${user}`])})`)
    if (dice.chance(0.5)) {
      const check = dice.pick([
        `usr = ${user}`,
        `tenant = current_setting('f.tenant', true)`,
        `role = 'user'`,
      ])
      out.push(`create policy w on f.members for all to f_app using (${check})`)
      out.push(
        `grant ${dice.pick(['insert', 'update', 'insert, update, delete', 'update (role)', 'insert (usr, role)'])} on f.members to f_app`,
      )
    }
  } else if (dice.chance(0.1)) out.push('grant insert on f.members to f_app')
  if (dice.chance(0.15)) out.push('grant insert, delete on f.blocked to f_app')
  if (dice.chance(0.1))
    out.push(`grant ${dice.pick(['insert', 'update (doc)', 'update'])} on f.teams to f_app`)
}

/** Who belongs where. */
export function rows(dice: Dice): string {
  const members = [`(1, 'a', 'user', true)`, `(2, 'b', 'admin', true)`]
  if (dice.chance(0.2)) members.push(`(1, 'a', 'admin', false)`, `(3, null, 'user', null)`)
  if (dice.chance(0.15)) members.push(`(1, 'c', 'guest', ${dice.pick(['true', 'false'])})`)
  const blocked = dice.some([`('a')`, `('b')`, `('c')`, `(null)`], 0.35)
  const heirs = dice.chance(0.2)
    ? `insert into f.members_x values (${dice.pick(['1', '2'])}, 'a', 'guest', true)`
    : 'select 1'
  return [
    dice.chance(0.9) ? `insert into f.members values ${members.join(', ')}` : 'select 1',
    blocked.length > 0 ? `insert into f.blocked values ${blocked.join(', ')}` : 'select 1',
    `insert into f.blocked_too values ('b')`,
    heirs,
    `insert into f.teams values (1, '{a}', '["a"]'), (2, ${dice.pick([`'{b}', '["b"]'`, `'{b,c}', '["b", "c"]'`, `'{a,b}', '["a"]'`, 'null, null'])})`,
  ].join(';\n')
}
