import type { BlindSpot } from '@/lib/catalog/types-server'
import type { Snapshot } from '@/lib/catalog/types'
import { loadConfig } from '@/lib/config/config'
import { rolesOf } from '@/lib/rules/roles'
import { governedSchemas } from '@/lib/rules/schemas'
import { serverVersionText } from '@/lib/output/report'
import { doctorWords } from '../doctor-words'
import { terminal, write } from '../output'
import { findTarget } from '../target'
import { readTarget } from './snapshot'

type Words = (typeof doctorWords)['en' | 'pt']

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
  lang: string
}): Promise<number> {
  const t = doctorWords[options.lang.startsWith('pt') ? 'pt' : 'en']
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
    sights: sights(snapshot, t),
    grants: [
      ...new Set(snapshot.unreadable.flatMap((spot) => (spot.grant === null ? [] : spot.grant.split('; ')))),
    ],
    tookMs: snapshot.tookMs,
  }
  const text =
    options.format === 'json'
      ? `${JSON.stringify(report, null, 2)}\n`
      : asText(report, terminal(options.output !== undefined).colour, t)
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
function sights(snapshot: Snapshot, t: Words): Sight[] {
  const hidden = new Map(snapshot.unreadable.map((spot) => [spot.what, spot]))
  const unknown = (spot: BlindSpot): Sight => ({
    what: spot.what,
    state: 'unknown',
    why: `${t.why(spot)}${spot.count === null ? '' : ` (${spot.count})`}`,
    grant: spot.grant,
  })
  const known = Object.entries(t.seen).map(([what, why]): Sight => {
    const spot = hidden.get(what)
    hidden.delete(what)
    return spot ? unknown(spot) : { what, state: 'seen', why, grant: null }
  })
  return [...known, ...[...hidden.values()].map(unknown)]
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

function doing({ read, write, owns, createIn }: Powers, t: Words): string {
  const parts = [
    ...(read > 0 ? [t.read(read)] : []),
    ...(write > 0 ? [t.write(write)] : []),
    ...(owns > 0 ? [t.owns(owns)] : []),
    ...(createIn.length > 0 ? [t.create(createIn.join(', '))] : []),
  ]
  return parts.length === 0 ? t.nothing : t.may(parts.join(', '))
}

function asText(report: Report, colour: boolean, t: Words): string {
  const paint = (code: string, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const { role, database, governed } = report
  const widest = Math.max(...report.sights.map((sight) => sight.what.length))
  const power = role.superuser ? t.superuser : role.bypassesRls ? t.bypasses : t.ordinary
  return `${[
    `${paint('1', database.name)}  PostgreSQL ${serverVersionText(database.serverVersion)}${database.inRecovery ? t.standby : ''}`,
    `${t.role} ${role.name}: ${power}${role.memberOf.length > 0 ? t.memberOf(role.memberOf.join(', ')) : ''}.`,
    ...(role.superuser ? [t.needsNone] : []),
    t.governed(governed.relations, governed.schemas.join(', ')),
    doing(report.mayDo, t),
    '',
    ...report.sights.map(
      (sight) =>
        `${sight.state === 'seen' ? paint('32', t.state.seen) : paint('33', t.state.unknown)}  ${sight.what.padEnd(widest)}  ${sight.why}`,
    ),
    '',
    ...(report.grants.length > 0
      ? [t.help, ...report.grants.map((grant) => `  ${paint('32', `${grant};`)}`)]
      : [t.noHelp]),
  ].join('\n')}\n`
}
