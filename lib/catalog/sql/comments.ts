import { firstUserOid } from './governed'

/** Comments of the objects a snapshot holds. The schema `public` is older than every user's object. */
export const commentsSql = `
select d.classoid::regclass::text, d.objoid, d.objsubid, d.description
  from pg_description d
 where d.classoid in ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass,
                      'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_policy'::regclass,
                      'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_namespace'::regclass)
   and (d.objoid >= ${firstUserOid} or d.classoid = 'pg_catalog.pg_namespace'::regclass)`

export type CommentRow = readonly [catalog: string, oid: string, column: string, text: string]

export const columnLabelsSql = `
select l.objoid, l.objsubid, l.label
  from pg_seclabel l
 where l.classoid = 'pg_catalog.pg_class'::regclass
   and l.objsubid > 0
 order by l.provider`

export type ColumnLabelRow = readonly [relation: string, column: string, label: string]

/** Words that quote_ident quotes although they are plain letters. */
export const keywordsSql = `select word from pg_get_keywords() where catcode <> 'U'`
