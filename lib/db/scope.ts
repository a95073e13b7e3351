import { sql, type Kysely, type Transaction } from 'kysely'
import { Denied, MissingRights, MissingSchema, NotFound, translated, type Sentence } from '@/lib/errors'
import { env } from '@/lib/env'
import { connection } from './client'
import type { RecordsTables, StoreTables } from './types'

export type UserRole = 'compliance_officer' | 'dba' | 'clinic_admin' | 'viewer'

/** Who is asking, minted by lib/session from a signed-in session (and by tests). */
export interface Principal {
  /** Tabellion's own user, in the store. */
  readonly userId: string
  /** The same person in the governed database: `clinic_members.user_id`. */
  readonly subject: string
  readonly email: string
  readonly name: string
  readonly role: UserRole
  /** Clinics this user is bound to; empty means every clinic they are a member of. */
  readonly clinics: readonly string[]
  /** The one clinic looked at; `null` means all of them. */
  readonly clinicId: string | null
  readonly requestId: string
  /** Name of the governed database looked at. */
  readonly database: string
  readonly locale: 'en' | 'pt-BR'
}

declare const store: unique symbol
declare const records: unique symbol

/** Transactions that already carry who is asking: a query that takes one cannot run without row-level security. */
export type StoreReadTx = Transaction<StoreTables> & { readonly [store]: 'read' | 'write' }
export type StoreWriteTx = Transaction<StoreTables> & { readonly [store]: 'write' }
export type RecordsReadTx = Transaction<RecordsTables> & { readonly [records]: 'read' | 'write' }
export type RecordsWriteTx = Transaction<RecordsTables> & { readonly [records]: 'write' }

/** What runs without a person: recording scans, first users, refused sign-ins, the demonstration's first questions. */
export interface SystemActor {
  readonly system: 'scan' | 'setup' | 'sign-in' | 'isolation'
  /** The person it is about, once they have proved who they are: the actor of what is noted. */
  readonly person?: string
  readonly requestId?: string
}

type Work<Tx, T> = (tx: Tx) => Promise<T>
type Access = 'read only' | 'read write'

const storePlace: Sentence = { en: "Tabellion's own database", pt: 'O banco de dados do próprio Tabellion' }
const recordsPlace = (name: string): Sentence => ({
  en: `The database ${name}`,
  pt: `O banco de dados ${name}`,
})

/** Role of the governed database under which each kind of user reads healthcare records; a DBA has none. */
const recordsRole: Readonly<Record<UserRole, string | null>> = {
  compliance_officer: 'dashboard_officer',
  clinic_admin: 'dashboard_admin',
  viewer: 'dashboard_viewer',
  dba: null,
}

/** Reads the store as a person. Never start one inside another: pass the `tx`. */
export const readStore = <T>(who: Principal, work: Work<StoreReadTx, T>) =>
  storeAt(env().storeUrl).read(who, work)

/** Writes the store as a person, in one transaction with its entries in the activity log. */
export const writeStore = <T>(who: Principal, work: Work<StoreWriteTx, T>) =>
  storeAt(env().storeUrl).write(who, work)

/** Writes the store without a person, with the few rights the system's own duty has. */
export const systemStore = <T>(who: SystemActor, work: Work<StoreWriteTx, T>) =>
  storeAt(env().storeUrl).system(who, work)

/** Reads healthcare records of `principal.database` under the role of that kind of user. */
export const readRecords = <T>(who: Principal, work: Work<RecordsReadTx, T>) =>
  governed(who.database).read(who, work)

/** Writes healthcare records of `principal.database` under the role of that kind of user. */
export const writeRecords = <T>(who: Principal, work: Work<RecordsWriteTx, T>) =>
  governed(who.database).write(who, work)

/**
 * Runs the few functions of a governed database that are open to whoever holds a link or a code: no user, no clinic,
 * no table. Its role is `consent_guest`.
 */
export const guestRecords = <T>(database: string, requestId: string, work: Work<RecordsWriteTx, T>) =>
  guestAt(governedDatabase(database), requestId, work)

/** The same at one URL, for tests. */
export function guestAt<T>(
  { name, recordsUrl }: { readonly name: string; readonly recordsUrl: string },
  requestId: string,
  work: Work<RecordsWriteTx, T>,
): Promise<T> {
  return inTransaction(
    connection<RecordsTables>(recordsUrl, 'records', 10),
    'read write',
    recordsPlace(name),
    (tx) => becomeGuest(tx, name, requestId),
    work as unknown as Work<Transaction<RecordsTables>, T>,
  )
}

async function becomeGuest(tx: Transaction<RecordsTables>, name: string, requestId: string) {
  try {
    await sql`
      select set_config('search_path', 'pg_catalog, pg_temp', true), set_config('app.user_id', '', true),
             set_config('app.clinic_id', '', true), set_config('app.request_id', ${requestId}, true),
             set_config('app.actor_role', 'link', true), set_config('app.component', 'tabellion link', true),
             set_config('statement_timeout', '15s', true), set_config('lock_timeout', '3s', true),
             set_config('role', 'consent_guest', true)`.execute(tx)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== '22023' && code !== '42501') throw error
    throw new MissingSchema(
      {
        en: `The database ${name} takes no signatures by link.`,
        pt: `O banco de dados ${name} não recebe assinaturas por link.`,
      },
      { cause: error },
    )
  }
}

/** Scopes of the store at one URL; the web takes the URL from the environment, tests and commands give it. */
export function storeAt(url: string) {
  const database = connection<StoreTables>(url, 'store', 10)
  const run = <Tx, T>(
    access: Access,
    duty: string,
    person: string,
    request: string,
    component: string,
    work: Work<Tx, T>,
  ) =>
    inTransaction(
      database,
      access,
      storePlace,
      async (tx) => {
        // Roles exist where the migration could make them; else the login acts alone and the duty alone decides.
        const { rows } = await sql`
          select set_config('search_path', 'tabellion, pg_temp', true),
                 set_config('tabellion.duty', ${duty}, true),
                 set_config('tabellion.user_id', ${person}, true),
                 set_config('tabellion.request_id', ${request}, true),
                 set_config('tabellion.component', ${component}, true),
                 set_config('statement_timeout', '15s', true),
                 set_config('lock_timeout', '3s', true),
                 set_config('role', case when pg_catalog.pg_get_userbyid(nspowner) = 'tabellion_owner'
                                         then ${roleOfDuty[duty] ?? ''} else current_user end, true)
            from pg_catalog.pg_namespace
           where nspname = 'tabellion'`.execute(tx)
        if (rows.length === 0) {
          throw new MissingSchema({
            en: "Tabellion's own database has no schema tabellion: its migration has not run.",
            pt: 'O banco de dados do próprio Tabellion não tem o esquema tabellion: a migração não foi executada.',
          })
        }
      },
      work as unknown as Work<Transaction<StoreTables>, T>,
    )
  return {
    read: <T>(who: Principal, work: Work<StoreReadTx, T>) =>
      run('read only', 'read', who.userId, who.requestId, 'web', work),
    write: <T>(who: Principal, work: Work<StoreWriteTx, T>) =>
      run('read write', 'write', who.userId, who.requestId, 'web', work),
    system: <T>(who: SystemActor, work: Work<StoreWriteTx, T>) =>
      run('read write', 'system', who.person ?? '', who.requestId ?? '', who.system, work),
  }
}

const roleOfDuty: Readonly<Record<string, string>> = {
  read: 'tabellion_reader',
  write: 'tabellion_writer',
  system: 'tabellion_system',
}

/** Scopes of one governed database's healthcare records. */
export function recordsAt(name: string, url: string) {
  const database = connection<RecordsTables>(url, 'records', 10)
  const place = recordsPlace(name)
  const login = decodeURIComponent(new URL(url).username)
  const run = <Tx, T>(access: Access, who: Principal, work: Work<Tx, T>) => {
    const role = recordsRole[who.role]
    if (!role) return Promise.reject(new Denied(noRecords))
    if (who.role === 'clinic_admin' && who.clinics.length === 0) return Promise.reject(new Denied(noClinic))
    if (who.clinicId && who.clinics.length > 0 && !who.clinics.includes(who.clinicId)) {
      return Promise.reject(new Denied(otherClinic))
    }
    return inTransaction(
      database,
      access,
      place,
      (tx) => enter(tx, { name, login }, role, who),
      work as unknown as Work<Transaction<RecordsTables>, T>,
    )
  }
  return {
    read: <T>(who: Principal, work: Work<RecordsReadTx, T>) => run('read only', who, work),
    write: <T>(who: Principal, work: Work<RecordsWriteTx, T>) => run('read write', who, work),
  }
}

function governed(name: string) {
  const found = governedDatabase(name)
  return recordsAt(found.name, found.recordsUrl)
}

function governedDatabase(name: string) {
  const found = env().databases.find((database) => database.name === name)
  if (!found) {
    throw new NotFound({
      en: `There is no database called ${name} here.`,
      pt: `Não há banco de dados chamado ${name} aqui.`,
    })
  }
  return found
}

async function enter(
  tx: Transaction<RecordsTables>,
  { name, login }: { readonly name: string; readonly login: string },
  role: string,
  who: Principal,
) {
  // One bound clinic is the clinic looked at, whatever the memberships in the governed database say.
  const clinic = who.clinicId ?? (who.clinics.length === 1 ? who.clinics[0] : '') ?? ''
  try {
    await sql`
      select set_config('search_path', 'public, pg_temp', true),
             set_config('app.user_id', ${who.subject}, true),
             set_config('app.clinic_id', ${clinic}, true),
             set_config('app.request_id', ${who.requestId}, true),
             set_config('app.actor_role', ${who.role}, true),
             set_config('app.component', 'tabellion', true),
             set_config('statement_timeout', '15s', true),
             set_config('lock_timeout', '3s', true),
             set_config('role', ${role}, true)`.execute(tx)
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    if (code === '22023' && message?.includes('does not exist')) {
      throw new MissingSchema(
        {
          en: `The database ${name} has no role ${role}: the records pages need Tabellion's roles there.`,
          pt: `O banco de dados ${name} não tem o papel ${role}: as páginas de registros precisam dos papéis do Tabellion.`,
        },
        { cause: error },
      )
    }
    if (code === '42501') {
      throw new MissingRights(
        {
          en: `The login of the database ${name} may not act as ${role}.`,
          pt: `O usuário do banco de dados ${name} não pode agir como ${role}.`,
        },
        `grant ${role} to "${login.replaceAll('"', '""')}"`,
        { cause: error },
      )
    }
    throw error
  }
}

async function inTransaction<Tables, T>(
  database: Kysely<Tables>,
  access: Access,
  place: Sentence,
  prepare: (tx: Transaction<Tables>) => Promise<void>,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  try {
    return await database
      .transaction()
      .setAccessMode(access)
      .execute(async (tx) => {
        await prepare(tx)
        return work(tx)
      })
  } catch (error) {
    throw translated(error, place)
  }
}

const noRecords: Sentence = {
  en: 'A database administrator has no access to healthcare records.',
  pt: 'Um administrador de banco de dados não tem acesso a registros de saúde.',
}
const noClinic: Sentence = {
  en: 'This user is bound to no clinic yet; a compliance officer can bind one.',
  pt: 'Este usuário ainda não está vinculado a nenhuma clínica; o encarregado pode vincular uma.',
}
const otherClinic: Sentence = {
  en: 'This clinic is not one of yours.',
  pt: 'Esta clínica não é uma das suas.',
}
