import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { withoutComments } from './audit-facts'
import type { Facts } from './facts'
import { gather } from './gather'
import { ofFacts, perFacts } from './memo'

/** SECURITY DEFINER functions and procedures of governed schemas. */
export const definersOf = (facts: Facts) => facts.routines.filter((routine) => routine.definer)

/** `search_path` of a function as a list of schema names; `null` when none is fixed. */
export function fixedPath(routine: Routine): readonly string[] | null {
  const value = routine.settings['search_path']
  if (value === undefined) return null
  return (value.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [])
    .map((word) => (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word))
    .filter((word) => word !== '')
}

const part = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`
const relationPlace = new RegExp(
  String.raw`\b(?:from|join|insert\s+into|update|delete\s+from|truncate(?:\s+table)?|merge\s+into|using|table)\s+(?:only\s+)?(${part})(\s*\.\s*${part})?(?!\s*\()`,
  'giu',
)

/** Names of relations that the body uses without a schema; an over-estimate, kept to relations that exist. */
export function unqualifiedRelations(facts: Facts, routine: Routine): readonly string[] {
  const body = withoutComments(routine.body ?? '').replace(/\bis\s+(?:not\s+)?distinct\s+from\b/gi, ' ')
  const names = relationNames(facts)
  const found = new Set<string>()
  for (const match of body.matchAll(relationPlace)) {
    if (match[2]) continue
    const raw = match[1] ?? ''
    const name = raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw.toLowerCase()
    if (names.has(name)) found.add(name)
  }
  return [...found]
}

/** Governed tables that the body reads or writes, by name or by what it was bound to. */
export const relationsUsed = perFacts((facts, routine: Routine): readonly Relation[] => {
  if (routine.atomic) return routine.reads.flatMap((use) => facts.relation.get(use.relation) ?? [])
  const body = withoutComments(routine.body ?? '')
  const names = relationNames(facts)
  const found = new Set<Relation>()
  for (const match of body.matchAll(relationPlace)) {
    const pieces = [match[1] ?? '', (match[2] ?? '').replace(/^\s*\.\s*/, '')].filter((piece) => piece !== '')
    const [first = '', second] = pieces.map((piece) =>
      piece.startsWith('"') ? piece.slice(1, -1).replaceAll('""', '"') : piece.toLowerCase(),
    )
    for (const relation of names.get(second ?? first) ?? [])
      if (second === undefined || relation.schema === first) found.add(relation)
  }
  return [...found]
})

/** Does the body build statements at run time? Then what it uses is not known. */
export const isDynamic = (routine: Routine) =>
  /\bexecute\s+(?!function\b|procedure\b)/i.test(withoutComments(routine.body ?? ''))

const relationNames = ofFacts((facts): ReadonlyMap<string, readonly Relation[]> => {
  const made = new Map<string, Relation[]>()
  for (const relation of facts.snapshot.relations) gather(made, relation.name, relation)
  return made
})

/** Do policies of this table not bind this role: superuser, BYPASSRLS, or the owner's rights without FORCE? */
export function passesPolicies(facts: Facts, role: string, relation: Relation): boolean {
  if (!relation.rls) return false
  if (facts.roles.exempt(role)) return true
  return !relation.rlsForced && facts.roles.inherits(role).has(relation.owner)
}
