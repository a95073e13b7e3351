import type { Role, RoleSetting } from '@/lib/catalog/types-server'
import type { Snapshot } from '@/lib/catalog/types'
import { settingName, settingValue } from '@/lib/clone/spelling'
import { literal, quote } from '@/lib/rules/identity'
import { back, lost, nothing, type Understood } from './step'
import { names, nodeOf, nodesOf, rangeId, relationOf, roles, textOf, type Node } from './tree'

const attributes: Readonly<Record<string, readonly [keyof Role, word: string]>> = {
  superuser: ['superuser', 'superuser'],
  inherit: ['inherit', 'inherit'],
  createrole: ['createRole', 'createrole'],
  createdb: ['createDb', 'createdb'],
  canlogin: ['login', 'login'],
  isreplication: ['replication', 'replication'],
  bypassrls: ['bypassRls', 'bypassrls'],
}

/** ALTER ROLE … attributes. */
export function alterRole(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const [name] = roles([node['role']]) ?? []
  const was = snapshot.roles.find((each) => each.name === name)
  const common = { lock: 'none', phase: 'rights' } as const
  if (!was) return { ...common, back: nothing }
  const words: string[] = []
  for (const each of nodesOf(node['options'])) {
    const option = textOf(nodeOf(each['DefElem'])['defname'])
    const attribute = attributes[option]
    if (attribute) words.push(`${was[attribute[0]] ? '' : 'no'}${attribute[1]}`)
    else if (option === 'connectionlimit') words.push(`connection limit ${was.connectionLimit}`)
    else if (option === 'validUntil') words.push(`valid until ${literal(was.validUntil ?? 'infinity')}`)
    else return { ...common, back: noPassword }
  }
  return { ...common, back: back(`alter role ${quote(was.name)} ${words.join(' ')}`) }
}

const noPassword = lost(
  'Passwords are never read, so the old one cannot come back.',
  'Senhas nunca são lidas, por isso a antiga não volta.',
)

/** ALTER ROLE and ALTER DATABASE … SET, RESET. */
export function setting(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const here = node['database'] !== undefined || node['dbname'] !== undefined
  const [role = null] = node['role'] === undefined ? [null] : (roles([node['role']]) ?? [null])
  const database = quote(textOf(node['database']) || textOf(node['dbname']) || snapshot.database)
  const whose =
    role === null ? `database ${database}` : `role ${quote(role)}${here ? ` in database ${database}` : ''}`
  const set = nodeOf(node['setstmt'])
  const all = set['kind'] === 'VAR_RESET_ALL'
  const old = snapshot.roleSettings.filter(
    (each) => each.role === role && each.thisDatabase === here && (all || each.name === textOf(set['name'])),
  )
  const sql =
    old.length > 0
      ? old.map((each) => `alter ${whose} set ${valued(each)}`)
      : all
        ? []
        : [`alter ${whose} reset ${settingName(textOf(set['name']))}`]
  return {
    lock: 'none',
    phase: 'server',
    back: { sql, lost: null },
    claims: [{ aspect: `${whose} ${textOf(set['name'])}`, value: JSON.stringify(set['args'] ?? null) }],
  }
}

const valued = (each: Pick<RoleSetting, 'name' | 'value'>) =>
  `${settingName(each.name)} to ${settingValue(each.name, each.value)}`

/** ALTER SYSTEM: what stood in postgresql.auto.conf is not known, what was in force is. */
export function alterSystem(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const name = textOf(nodeOf(node['setstmt'])['name'])
  const was = snapshot.server.settings[name]
  const undo = was === undefined ? `reset ${name}` : `set ${valued({ name, value: was })}`
  return {
    lock: 'none',
    phase: 'server',
    back: lost(
      `Whether ${name} stood in postgresql.auto.conf before is not known; the value that was in force comes back.`,
      `Não se sabe se ${name} constava em postgresql.auto.conf; volta o valor que estava em vigor.`,
      `alter system ${undo}`,
    ),
    claims: [{ aspect: `system ${name}`, value: JSON.stringify(nodeOf(node['setstmt'])['args'] ?? null) }],
  }
}

/** COMMENT ON a table, a view, a column, a schema. */
export function commentOn(node: Node, sql: string, snapshot: Snapshot): Understood {
  const on = /^\s*comment\s+on\s+(.+?)\s+is\s+(null|e?'.*)$/is.exec(sql)?.[1] ?? ''
  const parts = names(node['object'])
  const kind = textOf(node['objtype'])
  const [schema, table, column] = parts
  const relation = snapshot.relations.find((each) => each.schema === schema && each.name === table)
  const was =
    kind === 'OBJECT_COLUMN'
      ? relation?.columns.find((each) => each.name === column)?.comment
      : kind === 'OBJECT_SCHEMA'
        ? snapshot.schemas.find(
            (each) => each.name === textOf(nodeOf(nodeOf(node['object'])['String'])['sval']),
          )?.comment
        : ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE'].includes(kind)
          ? relation?.comment
          : undefined
  return {
    lock: 'quiet',
    phase: 'rights',
    back:
      was === undefined
        ? lost('The comment that was there is not known.', 'O comentário que havia não é conhecido.')
        : back(`comment on ${on} is ${was === null ? 'null' : literal(was)}`),
    claims: [{ aspect: `comment ${on}`, value: textOf(node['comment']) }],
  }
}

/** ALTER PUBLICATION … DROP TABLE. */
export function alterPublication(node: Node, _sql: string, snapshot: Snapshot): Understood {
  const name = textOf(node['pubname'])
  const was = snapshot.publications.find((each) => each.name === name)
  const common = { lock: 'quiet', phase: 'rights' } as const
  const tables = nodesOf(node['pubobjects']).map((each) =>
    rangeId(nodeOf(nodeOf(nodeOf(each['PublicationObjSpec'])['pubtable'])['relation'])),
  )
  if (node['action'] !== 'AP_DropObjects' || !was)
    return {
      ...common,
      back: lost('What it published before is not known.', 'Não se sabe o que publicava antes.'),
    }
  const old = tables.map((id) =>
    was.relations.find((each) => each.relation === (relationOf(snapshot, id)?.id ?? id)),
  )
  return {
    ...common,
    back: old.some((each) => each?.filtered)
      ? lost(
          'The snapshot does not hold the row filter that the table was published with.',
          'A fotografia não guarda o filtro de linhas com que a tabela era publicada.',
        )
      : back(
          ...old.flatMap((each) =>
            each ? [`alter publication ${quote(name)} add table ${each.relation}`] : [],
          ),
        ),
  }
}
