import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import type { RelationId } from '@/lib/catalog/types'
import { auditedTables, auditTriggers, opaqueTriggers } from '@/lib/rules/audited'
import type { Facts } from '@/lib/rules/facts'
import type { Text } from '@/lib/rules/rule'

export const operations = ['insert', 'update', 'delete', 'truncate'] as const
export type Operation = (typeof operations)[number]
export type CaptureState = 'captured' | 'partly' | 'disabled' | 'missing' | 'unknown' | 'notRequired'

/** Whether one operation on one table really reaches the audit trail, and why it does not. */
export interface Capture {
  readonly state: CaptureState
  readonly because: Text | null
}

/** One line of the audit status. */
export interface CaptureRow {
  readonly id: RelationId
  readonly schema: string
  /** By its columns or by the configuration its changes must be in the trail. */
  readonly required: boolean
  /** The worst of the four. */
  readonly state: CaptureState
  readonly by: Readonly<Record<Operation, Capture>>
}

/** Every governed table (partitions under their root) with what the audit trail really gets of it. */
export function captureRows(facts: Facts): CaptureRow[] {
  const required = new Set(auditedTables(facts).map((table) => table.id))
  const partitions = partitionsByRoot(facts)
  return facts.roots
    .filter((table) => !facts.audit.logs.has(table))
    .map((table) => {
      const below = partitions.get(table.id) ?? []
      const by = Object.fromEntries(
        operations.map((operation) => [operation, captureOf(facts, table, below, operation)]),
      ) as Record<Operation, Capture>
      const asked = required.has(table.id)
      const state = asked ? worst(operations.map((operation) => by[operation].state)) : idle(by)
      return { id: table.id, schema: table.schema, required: asked, state, by }
    })
}

const order: readonly CaptureState[] = ['missing', 'disabled', 'partly', 'unknown', 'captured', 'notRequired']
const worst = (states: readonly CaptureState[]): CaptureState =>
  order.find((state) => states.includes(state)) ?? 'unknown'

/** A table that need not be audited is not red for lacking it; what it captures is still said. */
const idle = (by: Readonly<Record<Operation, Capture>>): CaptureState =>
  operations.some((operation) => by[operation].state === 'captured') ? 'captured' : 'notRequired'

function captureOf(
  facts: Facts,
  table: Relation,
  partitions: readonly Relation[],
  operation: Operation,
): Capture {
  const fires = (trigger: Trigger) => trigger.events.includes(operation)
  const triggers = auditTriggers(facts, table).filter(fires)
  if (triggers.length === 0) return absent(facts, table, operation, opaqueTriggers(facts, table).some(fires))
  const on = triggers.filter((t) => t.enabled === 'origin' || t.enabled === 'always')
  if (on.length === 0) return { state: 'disabled', because: offText(triggers) }
  const whole = on.filter((t) => t.when === null && (operation !== 'update' || t.columns.length === 0))
  if (whole.length === 0) return { state: 'partly', because: partText(on) }
  const hole = partitionHole(partitions, whole, operation)
  if (hole) return { state: 'partly', because: hole }
  if (whole.every((t) => t.enabled === 'origin'))
    return {
      state: 'captured',
      because: {
        en: 'Not under session_replication_role = replica: the trigger is not ENABLE ALWAYS.',
        pt: 'Não sob session_replication_role = replica: o gatilho não é ENABLE ALWAYS.',
      },
    }
  return { state: 'captured', because: null }
}

function absent(facts: Facts, table: Relation, operation: Operation, opaque: boolean): Capture {
  if (opaque)
    return {
      state: 'unknown',
      because: {
        en: 'A trigger runs a function whose body cannot be read or decided; it may write the trail.',
        pt: 'Um gatilho executa uma função cujo corpo não pode ser lido ou decidido; ela pode gravar a trilha.',
      },
    }
  if (operation === 'truncate' && !facts.reach(table).some((reach) => reach.privileges.has('TRUNCATE')))
    return {
      state: 'notRequired',
      because: {
        en: 'No role but the owner may truncate it.',
        pt: 'Nenhum papel além do dono pode executar truncate nela.',
      },
    }
  return {
    state: 'missing',
    because: {
      en: `No trigger that writes the audit trail fires on ${operation}.`,
      pt: `Nenhum gatilho que grave a trilha de auditoria dispara em ${operation}.`,
    },
  }
}

function offText(triggers: readonly Trigger[]): Text {
  const names = triggers.map((t) => t.name).join(', ')
  const replica = triggers.some((t) => t.enabled === 'replica')
  return replica
    ? { en: `${names} fires in replica mode only.`, pt: `${names} dispara somente em modo réplica.` }
    : { en: `${names} is disabled.`, pt: `${names} está desabilitado.` }
}

function partText(triggers: readonly Trigger[]): Text {
  const [trigger] = triggers
  const name = trigger?.name ?? ''
  if (trigger?.when)
    return {
      en: `${name} fires only when ${trigger.when}.`,
      pt: `${name} dispara somente quando ${trigger.when}.`,
    }
  const columns = trigger?.columns.join(', ') ?? ''
  return {
    en: `${name} fires only on a change of ${columns}.`,
    pt: `${name} dispara somente quando muda ${columns}.`,
  }
}

/** A clone can be switched off on one partition, and a row trigger's clone is what fires there. */
function partitionHole(
  partitions: readonly Relation[],
  triggers: readonly Trigger[],
  operation: Operation,
): Text | null {
  if (operation === 'truncate') return null
  for (const partition of partitions) {
    for (const { name, level } of triggers) {
      if (level !== 'row') continue
      const clone = partition.triggers.find((t) => t.name === name)
      if (clone && clone.enabled !== 'disabled' && clone.enabled !== 'replica') continue
      return {
        en: `On the partition ${partition.id} the trigger ${name} is switched off.`,
        pt: `Na partição ${partition.id} o gatilho ${name} está desligado.`,
      }
    }
  }
  return null
}

/** Leaf partitions under each partitioned root. */
function partitionsByRoot(facts: Facts): ReadonlyMap<RelationId, Relation[]> {
  const byRoot = new Map<RelationId, Relation[]>()
  for (const table of facts.governed) {
    if (!table.isPartition || table.kind === 'partitioned') continue
    let at: Relation | undefined = table
    for (let depth = 0; at?.isPartition && depth < 32; depth++) {
      at = at.parents[0] === undefined ? undefined : facts.relation.get(at.parents[0])
    }
    if (!at) continue
    const list = byRoot.get(at.id)
    if (list) list.push(table)
    else byRoot.set(at.id, [table])
  }
  return byRoot
}
