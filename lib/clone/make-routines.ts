import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { ident, literal, settingName, settingValue } from './spelling'
import { build, govern, leave, type Plan, type Statement } from './statement'

/** Routines whose text the snapshot holds; the others are named. */
export function routinePlan(snapshot: Snapshot): Plan {
  const own = snapshot.routines.filter((routine) => routine.extension === null)
  return {
    statements: own
      .filter(isReproducible)
      .map((routine) => build(`routine ${routine.id}`, routineSql(routine))),
    left: own
      .filter((routine) => !isReproducible(routine) && !comesAlong(routine, snapshot))
      .map((routine) =>
        leave(
          `routine ${routine.id}`,
          routine.kind === 'aggregate'
            ? 'An aggregate: the snapshot does not hold what it is made of.'
            : `Written in ${routine.language}: its code is a library of the server and is never run on a clone.`,
          routine.kind === 'aggregate'
            ? 'Uma agregação: a fotografia não guarda do que ela é feita.'
            : `Escrita em ${routine.language}: o código é uma biblioteca do servidor e nunca roda em um clone.`,
        ),
      ),
  }
}

/** The routines of the original that are on the clone too: those made above, and what CREATE TYPE made of a range. */
export const madeRoutines = (snapshot: Snapshot): Routine[] =>
  snapshot.routines.filter(
    (routine) => routine.extension === null && (isReproducible(routine) || comesAlong(routine, snapshot)),
  )

/** Is it made as part of something else: an aggregate that is written out, or what CREATE TYPE makes of a range? */
const comesAlong = (routine: Routine, snapshot: Snapshot) =>
  comesWithRange(routine, snapshot) ||
  (routine.kind === 'aggregate' &&
    (snapshot.definitions ?? []).some(({ kind, id }) => kind === 'aggregate' && id === routine.id))

const comesWithRange = (routine: Routine, snapshot: Snapshot) =>
  routine.language === 'internal' &&
  (snapshot.types ?? []).some(
    ({ shape, schema, id }) =>
      shape.kind === 'range' &&
      schema === routine.schema &&
      [id, shape.multirange].includes(routine.id.slice(0, routine.id.lastIndexOf('('))),
  )

const isReproducible = (routine: Routine) =>
  routine.body !== null && (routine.kind === 'function' || routine.kind === 'procedure')

function routineSql(routine: Routine): string {
  const { body, atomic } = routine
  const name = `${ident(routine.schema)}.${ident(routine.name)}`
  return [
    `create ${routine.kind} ${name}(${routine.arguments})`,
    routine.kind === 'function' ? ` returns ${routine.returns}` : '',
    ` language ${ident(routine.language)}`,
    routine.kind === 'function' ? ` ${routine.volatility}${routine.strict ? ' strict' : ''}` : '',
    routine.definer ? ' security definer' : '',
    atomic ? ` ${body}` : ` as ${literal(body ?? '')}`,
  ].join('')
}

/** What only a superuser may say of a routine, once it is there. */
export const routineRights = (snapshot: Snapshot): Statement[] =>
  snapshot.routines
    .filter((routine) => routine.extension === null && isReproducible(routine))
    .flatMap((routine) => [
      ...Object.entries(routine.settings).map(([name, value]) =>
        govern(
          `routine ${routine.id}`,
          `alter routine ${routine.id} set ${settingName(name)} to ${settingValue(name, value)}`,
        ),
      ),
      ...(routine.leakproof
        ? [govern(`routine ${routine.id}`, `alter function ${routine.id} leakproof`)]
        : []),
    ])
