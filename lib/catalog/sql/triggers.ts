import { governed, ofUsers } from './governed'

/** Triggers that somebody made, and their clones on partitions; not those a constraint brings along. */
export const triggersSql = `
select t.tgname,
       t.oid,
       t.tgrelid,
       t.tgfoid,
       t.tgtype,
       t.tgenabled,
       t.tgconstraint <> 0,
       t.tgparentid <> 0,
       t.tgattr,
       case when t.tgnargs > 0 then encode(t.tgargs, 'hex') end,
       t.tgoldtable,
       t.tgnewtable
  from pg_trigger t
 -- before 15 the clone of a row trigger on a partition is marked internal; those of foreign keys always are
 where (not t.tgisinternal or (t.tgparentid <> 0 and t.tgconstraint = 0))
   and ${ofUsers('t.tgrelid')}`

export type TriggerRow = readonly [
  name: string,
  oid: string,
  relation: string,
  /** TriggerTraits as one text. */
  traits: string,
]

export type TriggerTraits = readonly [
  routine: string,
  type: string,
  enabled: string,
  constraint: string,
  cloned: string,
  columns: string,
  arguments: string | null,
  oldTable: string | null,
  newTable: string | null,
]

export const rulesSql = `
select r.oid, r.ev_class, r.rulename, r.ev_type, r.is_instead, r.ev_enabled
  from pg_rewrite r
  join pg_class c on c.oid = r.ev_class
  join pg_namespace n on n.oid = c.relnamespace
 where ${governed}`

export type RuleRow = readonly [
  oid: string,
  relation: string,
  name: string,
  event: string,
  instead: string,
  enabled: string,
]

export const eventTriggersSql = `
select e.evtname, e.evtevent, e.evtfoid::regprocedure::text, e.evtenabled, to_json(e.evttags) from pg_event_trigger e`

export type EventTriggerRow = readonly [
  name: string,
  event: string,
  routine: string,
  enabled: string,
  tags: string | null,
]
