import type { Channel, IsolationCommand, Question, Sentence } from '../../types'
import type { Effect, Row } from './effects'
import type { Identity } from '../session/identity'
import type { Scene } from './stage'
import { isForeign, treeOf, type Scope } from '../schema/scope'

/** One statement of a story that is being told. */
export interface Move {
  readonly as: Identity
  readonly sql: string
  /** What it did: `reads a row of tenant …`. */
  readonly effect: Sentence
}

/** That something crossed, and where it is booked. */
export interface Crossing {
  readonly relation: string
  readonly command: IsolationCommand
  readonly channel: Channel
  /** Texts by column of the row that was reached. */
  readonly row: Readonly<Record<string, string | null>>
  readonly tenant: string | null
  readonly effect: Sentence
  /** Table that holds the row, where it is one. */
  readonly table: string | null
  /** Settings that an earlier request of the connection left empty: on a fresh one they are not set at all. */
  readonly emptied?: readonly string[]
}

export interface Story extends Crossing {
  readonly moves: readonly Move[]
  /** What sets the scene, where other rows stood there than in the beginning. */
  readonly standing?: Scene
}

const keyOf = (relation: string, principal: string, command: string, channel: string) =>
  [relation, principal, command, channel].join('\n')

/** What was found so far: the first and shortest story of each question, and which questions were alive. */
export class Booking {
  readonly stories = new Map<string, Story & { readonly principal: string }>()
  private readonly living = new Set<string>()
  private readonly spent = new Map<string, number>()
  private readonly tried = new Map<string, number>()

  /** True while a principal has not used up what it may look around for after a first step. */
  spend(principal: string, cost: number): boolean {
    const spent = (this.spent.get(principal) ?? 0) + cost
    this.spent.set(principal, spent)
    return spent < 600
  }

  has(relation: string, principal: string, command: IsolationCommand, channel: Channel = 'row'): boolean {
    return this.stories.has(keyOf(relation, principal, command, channel))
  }

  add(principal: string, story: Story): void {
    const key = keyOf(story.relation, principal, story.command, story.channel)
    const known = this.stories.get(key)
    if (!known || lengthOf(known) > lengthOf(story)) this.stories.set(key, { ...story, principal })
  }

  /** The statements that crossed. */
  told = (relation: string, principal: string, command: IsolationCommand): readonly Move[] =>
    this.stories.get(keyOf(relation, principal, command, 'row'))?.moves ?? []

  relations = () => [...this.stories.values()].map(({ relation }) => relation)

  story = ({ relation, principal, command, channel }: Question) =>
    this.stories.get(keyOf(relation, principal, command, channel))

  live(relation: string, principal: string, command: IsolationCommand): void {
    this.living.add(keyOf(relation, principal, command, ''))
  }

  isAlive = (relation: string, principal: string, command: IsolationCommand) =>
    this.living.has(keyOf(relation, principal, command, ''))

  count(relation: string, principal: string, command: IsolationCommand): void {
    const key = keyOf(relation, principal, command, '')
    this.tried.set(key, (this.tried.get(key) ?? 0) + 1)
  }

  attempts = (relation: string, principal: string, command: IsolationCommand) =>
    this.tried.get(keyOf(relation, principal, command, '')) ?? 0
}

export const named = (columns: readonly { readonly name: string }[], row: Row) =>
  Object.fromEntries(columns.map(({ name }, at) => [name, row.values[at] ?? null]))

const verbs = {
  INSERT: { en: 'makes', pt: 'cria' },
  UPDATE: { en: 'changes', pt: 'altera' },
  DELETE: { en: 'removes', pt: 'remove' },
} as const

/** Of a move that only leads to the next. */
export const nothing: Sentence = { en: '', pt: '' }

/** Whose a row is, as the end of a sentence; in Portuguese with its preposition. */
export const ownerOf = (tenant: string | null): Sentence =>
  tenant === null
    ? { en: 'nobody', pt: 'de ninguém' }
    : { en: `tenant ${tenant}`, pt: `do inquilino ${tenant}` }

/**
 * What the effects of a statement on `target` cross. Those of a view or a function are booked on it, those of a cascade,
 * a trigger or a rule on the table they hit, those on a partition on what the statement named.
 */
export function crossingsOf(
  scope: Scope,
  as: Identity,
  target: string,
  command: IsolationCommand | null,
  effects: readonly Effect[],
): Crossing[] {
  const { principal } = as
  const isRoutine = target.includes('(') && !scope.relations.has(target)
  // A view that nobody asks about is only a way to the tables.
  const isAskedView =
    scope.relations.get(target)?.kind === 'view' && scope.targets.some(({ id }) => id === target)
  const takesAll = isRoutine || isAskedView
  const found = new Map<string, Crossing>()
  for (const { table, kind, before, after } of effects) {
    if (table.tenancy === null) continue
    const crossed = [before, after].find(
      (row) =>
        row !== null && isForeign(row.tenant, principal) && !(kind === 'INSERT' && isAddable(row, scope)),
    )
    if (!crossed) continue
    const id = table.relation.id as string
    const direct = takesAll || treeOf(scope, target).has(id)
    if (table.beneath && !isRoutine && !scope.targets.some((each) => each.id === target)) continue
    const relation = direct ? target : table.booked
    const booked = direct && command !== null && !isRoutine ? command : kind
    const row = before ?? crossed
    const crossing: Crossing = {
      relation,
      command: booked,
      channel: 'row',
      row: named(table.relation.columns, row),
      tenant: crossed.tenant,
      effect: effectText(kind, table.relation.id, before, after, principal.tenants),
      table: before && isForeign(before.tenant, principal) ? id : null,
    }
    for (const each of booked === 'TRUNCATE'
      ? [crossing, { ...crossing, command: 'DELETE' as const }]
      : [crossing])
      if (!found.has(`${each.relation} ${each.command}`)) found.set(`${each.relation} ${each.command}`, each)
  }
  return [...found.values()]
}

/** A row of the platform, as its log's that concerns no tenant: all may add one. */
const isAddable = ({ tenant }: Row, { setup }: Scope) => tenant === null && setup.nullTenant === 'platform'

function effectText(
  kind: Effect['kind'],
  table: string,
  before: Row | null,
  after: Row | null,
  own: readonly string[],
): Sentence {
  if (before && after && before.tenant !== after.tenant) {
    const [from, to] = [ownerOf(before.tenant), ownerOf(after.tenant)]
    return {
      en: `moves a row of ${table} from ${from.en} to ${to.en}`,
      pt: `passa uma linha de ${table} ${from.pt} para ${after.tenant === null ? 'ninguém' : `o inquilino ${after.tenant}`}`,
    }
  }
  const row = before ?? after
  const owner = row ? ownerOf(row.tenant) : ownerOf(own.join(', '))
  return {
    en: `${verbs[kind].en} a row of ${table} of ${owner.en}`,
    pt: `${verbs[kind].pt} uma linha de ${table} ${owner.pt}`,
  }
}

/** What a session reaches by its own rights tells more than what a function had to open first. */
const lengthOf = ({ moves }: Story): number => moves.length + (moves.some(({ as }) => as.through) ? 1_000 : 0)
