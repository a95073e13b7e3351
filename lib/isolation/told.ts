import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { rolesOf } from '@/lib/rules/roles'
import { executesText } from './told-text'
import type { Finding, Principal, Sentence, Setup } from './types'

/**
 * Takes back what was proved where a principal may call a SECURITY DEFINER function that runs the text it is given as
 * somebody who may change the table: with it the caller rewrites the policies that the proof rests on.
 */
export function withoutWhatIsTold(
  snapshot: Snapshot,
  principals: readonly Principal[],
  findings: readonly Finding[],
  threat: Setup['threat'],
): readonly Finding[] {
  const suspected = snapshot.routines.filter((routine) => routine.definer && runsWhatItIsTold(routine))
  const settled = suspected.length > 0 && areSettled(snapshot, threat)
  const told = suspected.filter((routine) => runsWhatItIsTold(routine, settled))
  if (told.length === 0) return findings
  const roles = rolesOf(snapshot)
  const grants = new Map(snapshot.schemas.map((schema) => [schema.name, schema.grants]))
  const owners = new Map<string, string>([
    ...snapshot.relations.map(({ id, owner }) => [id, owner] as const),
    ...snapshot.routines.map(({ id, owner }) => [id, owner] as const),
  ])
  const callable = new Map(
    principals.map(({ name, role }) => [
      name,
      told.filter(
        (routine) =>
          roles.holds(role, routine.grants, 'EXECUTE') &&
          roles.holds(role, grants.get(routine.schema) ?? [], 'USAGE'),
      ),
    ]),
  )
  return findings.map((finding) => {
    if (finding.verdict !== 'isolated' && finding.verdict !== 'unreachable') return finding
    const owner = owners.get(finding.relation) ?? ''
    const key = callable
      .get(finding.principal)
      ?.find((routine) => roles.superuser(routine.owner) || roles.reaches(routine.owner).has(owner))
    if (!key) return finding
    const door = { kind: 'function', name: key.id, guilty: true }
    return {
      ...finding,
      verdict: 'unknown',
      doors: [...finding.doors, door],
      because: [because(key), ...finding.because],
    }
  })
}

const because = ({ id, owner }: Routine): Sentence => ({
  en: `${id} runs the text it is given as ${owner}: whoever may call it can change policies and grants first, so nothing is proved.`,
  pt: `${id} executa o texto que recebe como ${owner}: quem pode chamá-la pode antes mudar políticas e permissões, por isso nada fica provado.`,
})

/** Does an EXECUTE in its body run text that comes from outside, not only quoted parts of it? */
export function runsWhatItIsTold(
  routine: Pick<Routine, 'language' | 'body' | 'arguments'>,
  settled = false,
): boolean {
  if (routine.language !== 'plpgsql' || !/execute/i.test(routine.body ?? '')) return false
  const known = read[Number(settled)]!
  let found = known.get(routine)
  if (found === undefined)
    known.set(routine, (found = executesText(routine.body!, settled, routine.arguments)))
  return found
}

/** A body is read once: the probe asks for each relation and principal. */
const read = [new WeakMap<object, boolean>(), new WeakMap<object, boolean>()]

/** Are settings the application's alone: who sends no SET calls nothing that sets one, or that runs any text. */
const areSettled = ({ routines, relations }: Snapshot, threat: Setup['threat']): boolean =>
  threat === 'dml' &&
  !routines.some(
    (each) =>
      /\bset_config\b|\bset\s+(local|session)\b|[;'n]\s*set\s/i.test(each.body ?? '') ||
      runsWhatItIsTold(each, true),
  ) &&
  !JSON.stringify(relations).includes('set_config')
