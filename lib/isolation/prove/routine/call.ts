import { names, type RawNode } from '@/lib/sql/leaves'
import { placeOf, presentIn, sizeOf, without } from '../expression/array'
import { builtins, changing, ofTheMoment } from '../expression/builtin'
import { anything, compile } from '../expression/compile'
import { and, flag, not, or } from '../logic/formula'
import { apply, isPadded, typed } from '../expression/operate'
import type { Context } from '../problem'
import { findRoutine, packed } from './find-routine'
import { placeIn } from '../expression/found-in'
import { asksFurther } from '../expression/later'
import { hasRole } from '../expression/has-role'
import { callRoutine } from './routine'
import { storedFor } from '../region'
import { variable } from '../logic/term'
import { at, notTold, tokenValue } from '../expression/token'
import { isTold } from '../session-view'
import { mayDoAnything, readsWhatItIsTold } from './noted'
import { choose, like, mapped, nullOf, ofTerm, ofText, truthOf, type Value } from '../logic/value'

/** A function call that is not an aggregate: of PostgreSQL's own, or of the database's, whose body is looked into. */
export function call(body: RawNode, context: Context): Value {
  const path = names(body['funcname'])
  const name = path.at(-1) ?? ''
  const schema = path.length > 1 ? path[0]! : null
  const nodes = (body['args'] ?? []) as RawNode[]
  const args = nodes.map((node) => compile(node, context))
  if (body['over'] || body['agg_filter'] || body['agg_distinct'] || body['agg_order']) {
    const isOwn = context.problem.world.routinesNamed(schema, name, context.path).length > 0
    const aside = [body['over'], body['agg_filter'], body['agg_order']]
    if (isOwn || aside.some((part) => asksFurther(part, context))) mayDoAnything(context)
    return anything(context, name)
  }
  if (schema === null || schema === 'pg_catalog') {
    const own = schema === null ? context.problem.world.routinesNamed(null, name, context.path) : []
    if (own.length === 0) return builtin(name, args, context, body)
    if (builtins.has(name) || name === 'current_setting') {
      mayDoAnything(context)
      return anything(context, name)
    }
  }
  const named = nodes.map((node) => {
    const arg = node['NamedArgExpr'] as RawNode | undefined
    return arg ? String(arg['name']) : null
  })
  const routine = findRoutine(context, schema, name, args)
  if (!routine) {
    mayDoAnything(context)
    return anything(context, path.join('.'))
  }
  return callRoutine(context, routine, packed(context, routine, args, body), named)
}

function builtin(name: string, args: readonly Value[], context: Context, body: RawNode): Value {
  const { problem } = context
  if (name === 'current_setting') return currentSetting(args, context)
  if (body['agg_star'] === true) return anything(context, name)
  if (args.some((arg) => arg.token)) return fromToken(name, args, context)
  if (changing.has(name)) return ofTerm(problem.free(name, name.includes('uuid') ? 'uuid' : null))
  if (ofTheMoment.has(name)) {
    if (context.stale) return anything(context, name, 'timestamp with time zone')
    const answer = problem.ask(`${name}()`)
    if (!answer || 'error' in answer) return ofTerm(problem.free(name, 'timestamp with time zone'))
    return ofText(answer.text, answer.type)
  }
  if (name === 'set_config' && args[0] && args[1]) {
    const setting = args[0].cases.length === 1 ? args[0].cases[0]!.term : null
    const sets = {
      name: setting?.kind === 'constant' ? setting.text.toLowerCase() : null,
      value: typed(context, args[1], 'text'),
      stays: args[2] ? not(truthOf(args[2]).yes) : true,
    }
    context.effects?.push({ statement: null, context, when: true, sets })
    return args[1]
  }
  if (name === 'pg_has_role') return hasRole(args, context)
  const [first, second] = args
  if (args.length === 2 && (name === 'strpos' || name === 'position')) {
    const place = placeIn(context, typed(context, first!, 'text'), typed(context, second!, 'text'))
    if (place) return place
  }
  if (args.length === 2 && name === 'array_position') {
    const place = placeOf(context, first!, second!)
    if (place) return place
  }
  if (name === 'timezone' || name === 'uuid') return simple(name, args, context)
  if (args.some((arg) => arg.elements || arg.fields)) return withElements(name, args, context)
  return simple(name, args, context)
}

/** Functions with a grammar of their own, unless their schema stands before them. */
const spoken = new Set(['position', 'overlay', 'extract', 'normalize'])

/** Whether a function of the row is a CHECK's axiom depends on its being one of these: known, without side effects. */
function simple(name: string, args: readonly Value[], context: Context): Value {
  const known = builtins.get(name)
  if (readsWhatItIsTold(name)) mayDoAnything(context)
  if (!known) return anything(context, name)
  const places = args.map((_, place) => `$${place + 1}`).join(', ')
  if (name === 'string_to_array' && args.length === 2 && args[1]!.cases.every(({ term }) => term !== null)) {
    const texts = args.map((arg) => typed(context, arg, arg.type ?? 'text'))
    return apply(context, 'string_to_array($1, $2)', texts, known.type, { total: true, bulky: true })
  }
  // The ends of a range, which it need not have.
  if ((name === 'lower' || name === 'upper') && args[0]?.type?.endsWith('range'))
    return apply(context, `${name}(${places})`, args, null)
  if (name.startsWith('octet') && isPadded(args[0]?.type ?? null)) return anything(context, name)
  const given = known.type === 'text' ? args.map((arg) => typed(context, arg, arg.type ?? 'text')) : args
  return apply(
    context,
    `${spoken.has(name) ? 'pg_catalog.' : ''}${name}(${places})`,
    given,
    known.type,
    known,
  )
}

function withElements(name: string, args: readonly Value[], context: Context): Value {
  const [first] = args
  if (name === 'array_append' && first?.elements && args[1])
    return {
      type: first.type,
      cases: [{ when: true, term: context.problem.free('list', null) }],
      ...mapped(first, (elements) => [...presentIn(first, elements), { when: true, value: args[1]! }]),
    }
  if (name === 'cardinality' && first?.elements) return sizeOf(context, first)
  if (name === 'array_remove' && first?.elements && args[1]) return without(context, first, args[1])
  // A row as a document: its columns by their names.
  if (first?.fields && args.length === 1 && /^(to_jsonb?|row_to_json)$/.test(name)) {
    const type = name === 'to_jsonb' ? 'jsonb' : 'json'
    return like(anything(context, name, type), { fields: first.fields })
  }
  return anything(context, name)
}

function fromToken(name: string, args: readonly Value[], context: Context): Value {
  const [first, ...keys] = args
  const path = keys.map((key) => key.cases[0]?.term)
  const known = path.every((term) => term?.kind === 'constant')
  if (first?.token && known && /^jsonb?_extract_path(_text)?$/.test(name)) {
    const steps = path.map((term) => (term?.kind === 'constant' ? term.text : ''))
    return at(
      context,
      first.token.json,
      [...first.token.path, ...steps],
      name.endsWith('text') ? 'text' : 'jsonb',
    )
  }
  return anything(context, `${name} of the token`)
}

/** `current_setting(name [, missing_ok])` as the principal's session answers it. */
function currentSetting(args: readonly Value[], context: Context): Value {
  const term = args[0]?.cases[0]?.term
  const { problem } = context
  if (term?.kind !== 'constant' || args[0]?.cases.length !== 1)
    return anything(context, 'current_setting', 'text')
  const name = term.text.toLowerCase()
  const over = context.settings.get(name)
  if (over !== undefined) return ofText(over, 'text')
  if (context.stale) return anything(context, `setting ${name} at the last refresh`, 'text')
  if (!name.includes('.')) return given(name, context)
  return problem.once(`setting ${name}${problem.isAlike ? ' alike' : ''}`, () =>
    assignable(name, given(name, context), context),
  )
}

/** What the application gave it, or what a function that the session may call has set it to. */
function assignable(name: string, value: Value, context: Context): Value {
  const { problem } = context
  if (problem.aside) return meanwhile(name, value, context)
  const { value: made, notes } = problem.apart(
    () => problem.alike(false, () => problem.knowledge.assigned(problem, name)),
    false,
  )
  if (made.length === 0) return value
  problem.notes.add(notes)
  const options = made.map((each) => {
    const when = problem.flag(`set ${name}`)
    problem.constraints.push(or(not(when), each.when))
    return { when, value: each.value }
  })
  problem.assume({
    en: `Functions the session may call set ${name}.`,
    pt: `Funções que a sessão pode chamar definem ${name}.`,
  })
  return choose([...options, { when: and(...options.map((each) => not(each.when))), value }])
}

/** Inside a function that sets settings: what another of them may have set before may be anything. */
function meanwhile(name: string, value: Value, context: Context): Value {
  const { set, read } = context.problem.aside!
  read.set(name, value)
  return set.has(name) || set.has(null) ? anything(context, `setting ${name}`, 'text') : value
}

/** Settings of PostgreSQL's own that no client, role or database has another value of. */
const ofServer = new Set('server_version server_version_num integer_datetimes block_size'.split(' '))

function given(name: string, context: Context): Value {
  const { problem } = context
  const { session } = problem
  const custom = name.includes('.')
  if (session.chosen.has(name) || (session.chosen.has('*') && (custom || name === 'application_name')))
    return chosenSetting(name, context)
  const isKnown = isTold(name, session)
  const value = isKnown && [...session.settings].find(([key]) => key.toLowerCase() === name)?.[1]
  if (typeof value === 'string') {
    if (name === 'request.jwt.claims' && (session.untrusted.length > 0 || session.known))
      return tokenValue(context, { json: problem.session.principal.claims ?? {}, path: [] }, 'text')
    return ofText(value, 'text')
  }
  if (name === 'role') {
    // It is what SET ROLE was given: SECURITY DEFINER leaves it as it is, and a login has set none.
    const { role, login } = session
    return login === role ? anything(context, 'setting role', 'text') : ofText(role, 'text')
  }
  if (!custom) {
    if (name === 'is_superuser') return ofText(problem.world.isSuperuser(session.role) ? 'on' : 'off', 'text')
    if (!ofServer.has(name)) return anything(context, `setting ${name}`, 'text')
    const answer = problem.ask(`pg_catalog.current_setting('${name.replaceAll("'", "''")}', true)`)
    if (!answer || 'error' in answer) return anything(context, `setting ${name}`, 'text')
    return ofText(answer.text, 'text')
  }
  const stored = storedFor(name, problem.world.snapshot, session.login)
  if (stored !== null)
    return stored === 'any' ? anything(context, `setting ${name}`, 'text') : ofText(stored, 'text')
  if (!isKnown) return notTold(context, name)
  if (problem.isAlike) return nullOf('text')
  return choose([
    { when: problem.isFresh, value: nullOf('text') },
    { when: not(problem.isFresh), value: ofText('', 'text') },
  ])
}

function chosenSetting(name: string, context: Context): Value {
  const absent = flag(`setting ${name} null`)
  context.problem.assume({
    en: `The caller chooses the setting ${name}.`,
    pt: `Quem chama escolhe a configuração ${name}.`,
  })
  return {
    type: 'text',
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: variable(`setting ${name}`, 'text') },
    ],
  }
}
