import type { Snapshot } from '@/lib/catalog/types'
import { loadConfig } from '@/lib/config/config'
import { rolesOf } from '@/lib/rules/roles'
import { governedSchemas } from '@/lib/rules/schemas'
import { serverVersionText } from '@/lib/output/report'
import { terminal, write } from '../output'
import { findTarget } from '../target'
import { readTarget } from './snapshot'

/** One thing that was looked at, and whether this role can see it. */
interface Sight {
  readonly what: string
  readonly state: 'seen' | 'unknown'
  readonly why: string
  readonly grant: string | null
}

/** `tabellion doctor`: what this role may see, what stays unknown, and the GRANTs that would help. */
export async function doctor(options: {
  url?: string
  config?: string
  format: string
  output?: string
}): Promise<number> {
  const config = loadConfig(options.config)
  const snapshot = await readTarget(findTarget(options.url, config))
  const schemas = governedSchemas(snapshot, config)
  const report = {
    database: {
      name: snapshot.database,
      serverVersion: snapshot.server.version,
      inRecovery: snapshot.server.inRecovery,
    },
    role: {
      name: snapshot.server.currentUser,
      superuser: snapshot.server.currentUserSuperuser,
      bypassesRls: snapshot.server.currentUserBypassesRls,
      memberOf: memberships(snapshot),
    },
    mayDo: powers(snapshot, schemas),
    governed: {
      schemas: [...schemas].sort(),
      relations: snapshot.relations.filter((r) => schemas.has(r.schema) && r.extension === null).length,
    },
    sights: sights(snapshot),
    grants: [
      ...new Set(snapshot.unreadable.flatMap((spot) => (spot.grant === null ? [] : spot.grant.split('; ')))),
    ],
    tookMs: snapshot.tookMs,
  }
  const text =
    options.format === 'json'
      ? `${JSON.stringify(report, null, 2)}\n`
      : asText(report, terminal(options.output !== undefined).colour)
  await write(text, options.output)
  return 0
}

/** What the role could do to governed objects; a scan needs none of it. */
interface Powers {
  /** Relations whose rows it may read, and those it may change. */
  readonly read: number
  readonly write: number
  readonly owns: number
  /** Schemas in which it may create objects. */
  readonly createIn: readonly string[]
}

function powers(snapshot: Snapshot, schemas: ReadonlySet<string>): Powers {
  const roles = rolesOf(snapshot)
  const me = snapshot.server.currentUser
  const relations = snapshot.relations.filter((r) => schemas.has(r.schema) && r.extension === null)
  const usable = new Set(
    snapshot.schemas
      .filter(
        (s) => roles.superuser(me) || roles.inherits(me).has(s.owner) || roles.holds(me, s.grants, 'USAGE'),
      )
      .map((s) => s.name),
  )
  const may = (predefined: string, ...privileges: string[]) =>
    relations.filter(
      (r) =>
        roles.inherits(me).has(predefined) ||
        (usable.has(r.schema) &&
          (roles.inherits(me).has(r.owner) ||
            privileges.some(
              (privilege) =>
                roles.holds(me, r.grants, privilege) ||
                r.columns.some((c) => roles.holds(me, c.grants, privilege)),
            ))),
    ).length
  return {
    read: may('pg_read_all_data', 'SELECT'),
    write: may('pg_write_all_data', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'),
    owns: relations.filter((r) => roles.inherits(me).has(r.owner)).length,
    createIn: snapshot.schemas
      .filter((s) => schemas.has(s.name))
      .filter((s) => roles.inherits(me).has(s.owner) || roles.holds(me, s.grants, 'CREATE'))
      .map((s) => s.name),
  }
}

function memberships(snapshot: Snapshot): string[] {
  const found = new Set<string>()
  const todo = [snapshot.server.currentUser]
  for (let name = todo.pop(); name !== undefined; name = todo.pop())
    for (const m of snapshot.memberships)
      if (m.member === name && !found.has(m.role)) {
        found.add(m.role)
        todo.push(m.role)
      }
  return [...found].sort()
}

/** What can be hidden from a role, and why it matters; what the snapshot could not read is taken from it. */
function sights(snapshot: Snapshot): Sight[] {
  const hidden = new Map(snapshot.unreadable.map((spot) => [spot.what, spot]))
  const known = Object.entries({
    structure: 'Tables, columns, keys, indexes, policies, triggers, functions, privileges and roles.',
    settings: 'All server settings.',
    hba: 'The rules of pg_hba.conf.',
    authid: 'How passwords are stored (pg_authid).',
    sequences: 'How far every sequence is.',
    statistics: 'Column statistics of every table.',
    sizes: 'The size of every table and index.',
    'database size': 'The size of the database.',
  }).map(([what, why]): Sight => {
    const spot = hidden.get(what)
    hidden.delete(what)
    return spot
      ? {
          what,
          state: 'unknown',
          why: `${spot.why}${spot.count === null ? '' : ` (${spot.count})`}`,
          grant: spot.grant,
        }
      : { what, state: 'seen', why, grant: null }
  })
  return [
    ...known,
    ...[...hidden.values()].map((spot) => ({
      what: spot.what,
      state: 'unknown' as const,
      why: spot.why,
      grant: spot.grant,
    })),
  ]
}

interface Report {
  readonly database: { readonly name: string; readonly serverVersion: number; readonly inRecovery: boolean }
  readonly role: {
    readonly name: string
    readonly superuser: boolean
    readonly bypassesRls: boolean
    readonly memberOf: readonly string[]
  }
  readonly governed: { readonly schemas: readonly string[]; readonly relations: number }
  readonly mayDo: Powers
  readonly sights: readonly Sight[]
  readonly grants: readonly string[]
}

function doing({ read, write, owns, createIn }: Powers): string {
  const parts = [
    ...(read > 0 ? [`read rows of ${read} relations`] : []),
    ...(write > 0 ? [`change rows of ${write}`] : []),
    ...(owns > 0 ? [`alter the ${owns} it owns`] : []),
    ...(createIn.length > 0 ? [`create objects in ${createIn.join(', ')}`] : []),
  ]
  return parts.length === 0
    ? 'It may neither read nor change a row there: all that a scan needs.'
    : `It may ${parts.join(', ')}; a scan needs none of that.`
}

function asText(report: Report, colour: boolean): string {
  const paint = (code: string, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const { role, database, governed } = report
  const widest = Math.max(...report.sights.map((sight) => sight.what.length))
  const power = role.superuser
    ? 'a superuser'
    : role.bypassesRls
      ? 'bypasses row-level security'
      : 'an ordinary role'
  return `${[
    `${paint('1', database.name)}  PostgreSQL ${serverVersionText(database.serverVersion)}${database.inRecovery ? ', a standby: it writes nothing, and its statistics are its own' : ''}`,
    `Role ${role.name}: ${power}${role.memberOf.length > 0 ? `, member of ${role.memberOf.join(', ')}` : ''}.`,
    ...(role.superuser
      ? ['A scan needs no superuser: a role that may connect, with pg_monitor, sees what matters.']
      : []),
    `Governed: ${governed.relations} relations in ${governed.schemas.join(', ') || 'no schema'}.`,
    doing(report.mayDo),
    '',
    ...report.sights.map(
      (sight) =>
        `${sight.state === 'seen' ? paint('32', '✓ seen   ') : paint('33', '? unknown')}  ${sight.what.padEnd(widest)}  ${sight.why}`,
    ),
    '',
    ...(report.grants.length > 0
      ? ['These would help:', ...report.grants.map((grant) => `  ${paint('32', `${grant};`)}`)]
      : ['No GRANT would show more.']),
  ].join('\n')}\n`
}
