import type { Policy, Relation, Trigger } from '@/lib/catalog/types-relation'
import { bare, grantee, ident, idents, literal, withOptions } from './spelling'
import { build, type Statement } from './statement'

/** Views and materialized views, those empty: nothing of a clone's texts is run. */
export const viewStatements = (relations: readonly Relation[]): Statement[] =>
  relations
    .filter((relation) => relation.kind === 'view' || relation.kind === 'matview')
    .map((relation) => {
      const names = relation.columns.map((column) => column.name)
      const head = `create ${relation.kind === 'view' ? 'view' : 'materialized view'} ${relation.id} (${idents(names)})`
      const body = `${withOptions(relation.options)} as ${bare(relation.definition ?? '')}`
      return build(relation.id, `${head}${body}${relation.kind === 'matview' ? ' with no data' : ''}`)
    })

/** Rewrite rules, triggers, policies and the flags of row-level security. */
export const behaviourStatements = (relations: readonly Relation[]): Statement[] => [
  ...relations.flatMap((relation) =>
    relation.rules
      .filter((each) => each.definition !== null)
      .map((each) => build(`${relation.id} rule ${ident(each.name)}`, bare(each.definition ?? ''))),
  ),
  ...relations.flatMap((relation) =>
    relation.triggers
      .filter((each) => !each.cloned)
      .map((each) => build(`${relation.id} trigger ${ident(each.name)}`, triggerSql(relation, each))),
  ),
  // Parents first: what is said of them goes down to their partitions.
  ...stateStatements(relations, false),
  ...stateStatements(relations, true),
  ...relations.flatMap((relation) =>
    relation.policies.map((each) =>
      build(`${relation.id} policy ${ident(each.name)}`, policySql(relation, each)),
    ),
  ),
  ...relations.flatMap((relation) => [
    ...(relation.rls ? [build(relation.id, `alter table ${relation.id} enable row level security`)] : []),
    ...(relation.rlsForced
      ? [build(relation.id, `alter table ${relation.id} force row level security`)]
      : []),
  ]),
]

/** The word of ALTER TABLE for each state of a trigger or rule. */
export const states = {
  origin: 'enable',
  always: 'enable always',
  replica: 'enable replica',
  disabled: 'disable',
}

function stateStatements(relations: readonly Relation[], cloned: boolean): Statement[] {
  return relations.flatMap((relation) => [
    ...relation.triggers
      .filter((each) => each.cloned === cloned && (cloned || each.enabled !== 'origin'))
      .map((each) =>
        build(
          `${relation.id} trigger ${ident(each.name)}`,
          `alter table ${relation.id} ${states[each.enabled]} trigger ${ident(each.name)}`,
        ),
      ),
    ...relation.rules
      .filter((each) => !cloned && each.enabled !== 'origin')
      .map((each) =>
        build(
          `${relation.id} rule ${ident(each.name)}`,
          `alter table ${relation.id} ${states[each.enabled]} rule ${ident(each.name)}`,
        ),
      ),
  ])
}

/** CREATE TRIGGER as it was; its state comes apart. */
export function triggerSql(relation: Relation, trigger: Trigger): string {
  const events = trigger.events.map((event) =>
    event === 'update' && trigger.columns.length > 0 ? `update of ${idents(trigger.columns)}` : event,
  )
  const constraint = relation.constraints.find(
    (each) => each.kind === 'trigger' && each.name === trigger.name,
  )
  const tables = [
    trigger.oldTable === null ? '' : ` old table as ${ident(trigger.oldTable)}`,
    trigger.newTable === null ? '' : ` new table as ${ident(trigger.newTable)}`,
  ].join('')
  return [
    `create ${trigger.constraint ? 'constraint ' : ''}trigger ${ident(trigger.name)}`,
    ` ${trigger.timing} ${events.join(' or ')} on ${relation.id}`,
    constraint?.deferrable ? ' deferrable' : '',
    constraint?.definition?.includes('INITIALLY DEFERRED') ? ' initially deferred' : '',
    tables === '' ? '' : ` referencing${tables}`,
    ` for each ${trigger.level}`,
    trigger.when === null ? '' : ` when (${trigger.when})`,
    ` execute function ${trigger.routine.replace(/\(\)$/, '')}(${trigger.arguments.map(literal).join(', ')})`,
  ].join('')
}

/** CREATE POLICY as it was. */
export function policySql(relation: Relation, policy: Policy): string {
  return [
    `create policy ${ident(policy.name)} on ${relation.id}`,
    policy.permissive ? '' : ' as restrictive',
    ` for ${policy.command?.toLowerCase() ?? 'all'}`,
    ` to ${policy.roles === null ? 'public' : policy.roles.map(grantee).join(', ')}`,
    policy.using === null ? '' : ` using (${policy.using})`,
    policy.check === null ? '' : ` with check (${policy.check})`,
  ].join('')
}
