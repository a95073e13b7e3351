import type { Relation } from '@/lib/catalog/types-relation'
import { loses, restrictLock, restrictSql } from './cascades'
import type { Facts } from './facts'
import { foreignKeysOf, type ForeignConstraint } from './foreign-keys'
import { qualified, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { inWords, tokens } from './tokens'

interface Loss {
  readonly child: Relation
  readonly key: ForeignConstraint
  readonly parent: Relation
}
export const cascadeOnClinical = defineRule({
  id: 'cascade-on-clinical',
  code: 'K07',
  group: 'keys',
  severity: 'high',
  title: {
    en: 'Deleting a parent erases records that must be kept',
    pt: 'Apagar a linha pai elimina registros de guarda obrigatória',
  },
  why: {
    en: 'Charts, consents and bills outlive the account they belong to (20 years for the chart). ON DELETE CASCADE removes them in one statement; SET NULL takes away whose they were.',
    pt: 'Prontuário, consentimento e cobrança sobrevivem ao cadastro (20 anos no prontuário). ON DELETE CASCADE os remove num só comando; SET NULL apaga de quem eram.',
  },
  references: ['Lei 13.787/2018 art. 6', 'LGPD art. 16', 'CFM 1.821/2007', 'ISO/IEC 27001 A.5.33'],
  // Null stands for a key that loses nothing.
  gather(facts): (Loss | null)[] {
    const keys: (Loss | null)[] = []
    for (const child of facts.roots) {
      if (facts.audit.logs.has(child) || !isKept(facts, child)) continue
      for (const key of foreignKeysOf(child)) {
        const parent = loses(key) ? facts.relation.get(key.references.relation) : undefined
        keys.push(parent && !extendsAccount(facts, child, key) ? { child, key, parent } : null)
      }
    }
    return keys
  },
  check: (_snapshot, _facts, keys) => ({
    hits: chains(keys.filter((key) => key !== null)),
    checked: keys.length,
    unknown: [],
  }),
  example: {
    clean: `create table patient (id uuid primary key default gen_random_uuid(), email text);
      create table visit (id uuid primary key default gen_random_uuid(), patient_id uuid references patient on delete restrict, diagnosis text);
      create index on visit (patient_id);`,
    broken: `create table exam (id uuid primary key default gen_random_uuid(), patient_id uuid references patient on delete cascade, diagnosis text); create index on exam (patient_id);
      create table photo (id uuid primary key default gen_random_uuid(), exam_id uuid references exam on delete cascade, patient_name text); create index on photo (exam_id);`,
    hits: ['public.patient'],
  },
})

/** What a table is named when it holds what the law keeps: charts, consents, what was billed and paid. */
const keptNames = (
  'prontuario, prontuarios, laudo, laudos, exame, exames, prescricao, prescricoes, evolucao, evolucoes, atestado, ' +
  'atestados, medical record, medical records, clinical record, clinical records, consent, consents, consentimento, ' +
  'consentimentos, invoice, invoices, fatura, faturas, payment, payments, pagamento, pagamentos, nota fiscal, notas fiscais'
)
  .split(', ')
  .map((name) => name.split(' '))

/** Holds personal or sensitive data of its own, or is named after a record; join tables and lookups may go. */
function isKept(facts: Facts, table: Relation): boolean {
  const classes = facts.classesOf(table)
  if (!classes.has('pers') && !classes.has('sens') && !namesRecord(table)) return false
  const keys = foreignKeysOf(table)
  let own = 0
  for (const column of table.columns) {
    if (keys.some((key) => key.columns.includes(column.name))) continue
    const kind = facts.classOf(table, column)
    if (kind === 'pers' || kind === 'sens') return true
    own++
  }
  return own > 1 && namesRecord(table)
}

function namesRecord(table: Relation): boolean {
  const words = tokens(table.name)
  return keptNames.some((wanted) => inWords(words, wanted))
}

/** A profile that shares the key of the account it describes goes with it, unless it holds more than who somebody is. */
function extendsAccount(facts: Facts, child: Relation, key: ForeignConstraint): boolean {
  const primary = child.constraints.find((constraint) => constraint.kind === 'primary')?.columns ?? []
  const [only, second] = key.columns
  if (second !== undefined || primary.length !== 1 || primary[0] !== only) return false
  return !child.columns.some((column) => facts.classOf(child, column) === 'sens') && !namesRecord(child)
}

/** One hit for each table whose deletion starts a chain, with everything that goes. */
function chains(losses: readonly Loss[]): Hit[] {
  const children = new Set(losses.filter((l) => l.key.references.onDelete === 'cascade').map((l) => l.child))
  const roots = [...new Set(losses.map((l) => l.parent))].filter((parent) => !children.has(parent))
  // A ring of cascades has no beginning: every parent in it is one.
  const starts = roots.length > 0 ? roots : [...new Set(losses.map((l) => l.parent))]
  return starts.map((root) => {
    const chain: Loss[] = []
    const reached = new Set([root])
    for (let found = true; found;) {
      found = false
      for (const loss of losses)
        if (!chain.includes(loss) && reached.has(loss.parent)) {
          chain.push(loss)
          if (loss.key.references.onDelete === 'cascade') reached.add(loss.child)
          found = true
        }
    }
    return hit(root, chain)
  })
}

function hit(root: Relation, chain: readonly Loss[]): Hit {
  const id = qualified(root.schema, root.name)
  const gone = [...new Set(chain.map((l) => qualified(l.child.schema, l.child.name)))]
  const erases = chain.some((l) => l.key.references.onDelete === 'cascade')
  return {
    object: relationObject(root),
    ...(erases ? {} : { severity: 'medium' as const }),
    message: {
      en: `Deleting a row of ${id} ${erases ? 'erases rows of' : 'takes the link out of'} ${gone.join(', ')}.`,
      pt: `Apagar uma linha de ${id} ${erases ? 'elimina linhas de' : 'tira o vínculo de'} ${gone.join(', ')}.`,
    },
    evidence: {
      chain: chain.map((l) => ({
        table: qualified(l.child.schema, l.child.name),
        constraint: l.key.name,
        references: qualified(l.parent.schema, l.parent.name),
        onDelete: l.key.references.onDelete,
      })),
    },
    fix: {
      sql: chain.flatMap((l) => restrictSql(l.child, l.key, l.parent)),
      lock: restrictLock,
      advice: {
        en: 'Programs that rely on the cascade then fail: let them end the record (a status, an end date) instead of deleting it.',
        pt: 'Programas que dependem da cascata passam a falhar: faça-os encerrar o registro (situação, data de fim) em vez de apagar.',
      },
    },
  }
}
