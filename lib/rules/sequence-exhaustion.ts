import type { Relation } from '@/lib/catalog/types-relation'
import type { Sequence } from '@/lib/catalog/types-object'
import type { Facts } from './facts'
import { gather } from './gather'
import { qualified, quote } from './identity'
import { ofFacts } from './memo'
import { defineRule, type Hit, type Text } from './rule'
import { counted } from './texts'

const limits: Readonly<Record<string, bigint>> = {
  smallint: 32_767n,
  integer: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
}

export const sequenceExhaustion = defineRule({
  id: 'sequence-exhaustion',
  code: 'O02',
  group: 'operations',
  severity: 'high',
  title: { en: 'Sequence near the end of its column', pt: 'Sequência perto do fim da coluna' },
  why: {
    en: 'On the day the column’s type ends every insert fails. A bigint sequence that feeds an int column ends with the column.',
    pt: 'No dia em que o tipo da coluna acaba toda inserção falha. Uma sequência bigint que alimenta uma coluna int acaba com a coluna.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.8.6'],
  check(snapshot, facts) {
    const mine = snapshot.sequences.filter((s) => facts.schemas.has(s.schema) && s.extension === null)
    const hits: Hit[] = []
    let hiddenCount = 0
    for (const sequence of mine) {
      const fed = columnsFedBy(facts, sequence)
      if (!sequence.readable) hiddenCount++
      else if (!sequence.cycle && BigInt(sequence.increment) > 0n) hits.push(...judge(sequence, fed))
      if (sequence.ownedBy === null && fed.length === 1 && fed[0]) hits.push(orphan(sequence, fed[0]))
    }
    const unknown: Text[] =
      hiddenCount > 0
        ? [
            {
              en: `The last value of ${counted(hiddenCount, 'sequence', 'sequences')} is hidden: how near their end they are is not known.`,
              pt: `O último valor de ${counted(hiddenCount, 'sequência', 'sequências')} é oculto: não se sabe quão perto do fim estão.`,
            },
          ]
        : []
    return { hits, checked: mine.length, unknown }
  },
  example: {
    clean: `create table t (id int generated always as identity primary key); create table b (id bigserial primary key);`,
    broken: `create table u (id serial primary key); alter sequence u_id_seq as bigint; select setval('u_id_seq', 2000000000);
      create sequence loose; create table v (id bigint primary key default nextval('loose'));`,
    hits: ['public.u_id_seq', 'public.loose'],
  },
})

interface Fed {
  readonly table: Relation
  readonly column: string
  readonly type: string
}

/** Columns whose default takes the next value, beside the one that owns it. */
function columnsFedBy(facts: Facts, sequence: Sequence): Fed[] {
  const found: Fed[] = []
  const add = (table: Relation, column: string) => {
    const type = table.columns.find((c) => c.name === column)?.baseType
    if (type !== undefined && !found.some((f) => f.table === table && f.column === column))
      found.push({ table, column, type })
  }
  const owner = sequence.ownedBy ? facts.relation.get(sequence.ownedBy.relation) : undefined
  if (owner && sequence.ownedBy) add(owner, sequence.ownedBy.column)
  for (const text of [
    `nextval('${sequence.id.replaceAll("'", "''")}'::regclass)`,
    `nextval(('${sequence.id.replaceAll("'", "''")}'::text)::regclass)`,
  ])
    for (const [table, column] of defaultsOf(facts).get(text) ?? []) add(table, column)
  return found
}

const defaultsOf = ofFacts((facts) => {
  const made = new Map<string, [Relation, string][]>()
  for (const table of facts.roots)
    for (const column of table.columns)
      if (column.default?.startsWith('nextval(')) gather(made, column.default, [table, column.name])
  return made
})

const objectOf = (s: Sequence): Hit['object'] => ({
  kind: 'sequence',
  schema: s.schema,
  name: s.name,
  column: null,
  part: null,
})

function judge(sequence: Sequence, fed: readonly Fed[]): Hit[] {
  if (sequence.last === null) return []
  const own = BigInt(sequence.max)
  const narrow = fed.map((f) => limits[f.type]).filter((limit) => limit !== undefined)
  const limit = [own, ...narrow].reduce((least, each) => (each < least ? each : least))
  const used = limit <= 0n ? 100 : Number((BigInt(sequence.last) * 100n) / limit)
  if (used < 80) return []
  const id = qualified(sequence.schema, sequence.name)
  const [target] = fed
  const where = target ? `${qualified(target.table.schema, target.table.name)}.${quote(target.column)}` : null
  return [
    {
      object: objectOf(sequence),
      ...(used >= 95 ? { severity: 'critical' as const } : {}),
      message: {
        en: `Sequence ${id} has used ${used} % of what ${where ? `${where} (${target?.type ?? ''})` : 'it'} can hold.`,
        pt: `A sequência ${id} usou ${used} % do que ${where ? `${where} (${target?.type ?? ''})` : 'ela'} comporta.`,
      },
      evidence: {
        last: sequence.last,
        limit: String(limit),
        type: sequence.type,
        columns: fed.map((f) => `${qualified(f.table.schema, f.table.name)}.${f.column} ${f.type}`),
      },
      fix: {
        sql: [
          ...(BigInt(sequence.max) < limits['bigint']! && sequence.type !== 'bigint'
            ? [`alter sequence ${id} as bigint`]
            : []),
          ...fed
            .filter((f) => f.type !== 'bigint')
            .map(
              (f) =>
                `alter table ${qualified(f.table.schema, f.table.name)} alter column ${quote(f.column)} type bigint`,
            ),
        ],
        lock: 'ACCESS EXCLUSIVE while the table is rewritten: reads and writes wait',
        advice: {
          en: 'Columns that point at it must become bigint too. On a large table add a bigint column, fill it in batches and swap.',
          pt: 'Colunas que apontam para ela também devem virar bigint. Em tabela grande, adicione uma coluna bigint, preencha em lotes e troque.',
        },
      },
    },
  ]
}

const orphan = (sequence: Sequence, fed: Fed): Hit => {
  const id = qualified(sequence.schema, sequence.name)
  const column = `${qualified(fed.table.schema, fed.table.name)}.${quote(fed.column)}`
  return {
    object: objectOf(sequence),
    severity: 'low',
    message: {
      en: `Sequence ${id} feeds ${column} and is not owned by it: it stays behind when the table goes, and rights on it are given apart.`,
      pt: `A sequência ${id} alimenta ${column} e não pertence a ela: fica para trás quando a tabela sai, e seus direitos são dados à parte.`,
    },
    evidence: { feeds: column },
    fix: {
      sql: [`alter sequence ${id} owned by ${column}`],
      lock: '',
      advice: { en: 'Both must have the same owner.', pt: 'Ambas devem ter o mesmo dono.' },
    },
  }
}
