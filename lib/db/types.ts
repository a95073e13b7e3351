import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { UserRole } from './scope'

type Time = ColumnType<Date, Date | string, Date | string>
type DefaultTime = ColumnType<Date, Date | string | undefined, Date | string>
type Json<T extends object> = JSONColumnType<T, string, string>

/** Tables of schema `tabellion`, as the migrations make them; db.test.ts compares the two. */
export interface StoreTables {
  user: UserTable
  session: SessionTable
  account: AccountTable
  verification: VerificationTable
  twoFactor: TwoFactorTable
  migration: {
    number: number
    name: string
    checksum: string
    applied_at: DefaultTime
    applied_by: Generated<string>
  }
  permission: { role: UserRole; permission: string }
  rateLimit: { id: Generated<string>; key: string; count: number; lastRequest: number }
  snapshot: {
    hash: Buffer
    body: JSONColumnType<object, string | null, string | null> | null
    packed: Buffer | null
    first_seen: DefaultTime
  }
  scan: ScanTable
  finding: FindingTable
  finding_event: FindingEventTable
  acceptance: AcceptanceTable
  proof: ProofTable
  saved_view: SavedViewTable
  isolation_run: IsolationRunTable
  isolation_result: IsolationResultTable
  isolation_principal: IsolationPrincipalTable
  activity: ActivityTable
}

export interface UserTable {
  id: Generated<string>
  name: string
  email: string
  emailVerified: Generated<boolean>
  image: string | null
  createdAt: DefaultTime
  updatedAt: DefaultTime
  twoFactorEnabled: Generated<boolean | null>
  role: UserRole
  subject: Generated<string>
  clinics: Generated<string[]>
  disabled: Generated<boolean>
  locale: 'en' | 'pt-BR' | null
}

export interface SessionTable {
  id: Generated<string>
  expiresAt: Time
  token: string
  createdAt: DefaultTime
  updatedAt: DefaultTime
  ipAddress: string | null
  userAgent: string | null
  userId: string
}

export interface AccountTable {
  id: Generated<string>
  accountId: string
  providerId: string
  userId: string
  accessToken: string | null
  refreshToken: string | null
  idToken: string | null
  accessTokenExpiresAt: Time | null
  refreshTokenExpiresAt: Time | null
  scope: string | null
  password: string | null
  createdAt: DefaultTime
  updatedAt: DefaultTime
}

export interface VerificationTable {
  id: Generated<string>
  identifier: string
  value: string
  expiresAt: Time
  createdAt: DefaultTime
  updatedAt: DefaultTime
}

export interface TwoFactorTable {
  id: Generated<string>
  secret: string
  backupCodes: string
  userId: string
  verified: boolean | null
  failedVerificationCount: number | null
  lockedUntil: Time | null
}

export interface ScanTable {
  id: Generated<string>
  database: string
  taken_at: Time
  recorded_at: DefaultTime
  score: number
  outcomes: Json<object>
  severities: Json<object>
  snapshot_hash: Buffer | null
}

export type FindingState = 'open' | 'resolved' | 'returned'

export interface FindingTable {
  database: string
  key: string
  rule: string
  code: string
  severity: string
  object: Json<object>
  message: Json<object>
  state: FindingState
  first_seen: Time
  last_seen: Time
  resolved_at: Time | null
  about: Buffer | null
}

export interface FindingEventTable {
  id: Generated<number>
  database: string
  key: string
  at: DefaultTime
  event: 'found' | 'resolved' | 'returned' | 'accepted' | 'acceptance_requested' | 'acceptance_withdrawn'
  actor: string | null
  note: string | null
}

export interface AcceptanceTable {
  id: Generated<string>
  database: string
  key: string | null
  rule: string | null
  about: Buffer | null
  kind: 'accepted_risk' | 'false_positive' | 'by_design'
  reason: string
  until: string | null
  requested_by: string
  requested_at: DefaultTime
  approved_by: string | null
  approved_at: Time | null
  withdrawn_by: string | null
  withdrawn_at: Time | null
  withdrawn_reason: string | null
}

export interface ProofTable {
  id: Generated<string>
  database: string
  key: string
  snapshot_hash: Buffer
  state: Generated<'running' | 'done' | 'failed'>
  step: Generated<'server' | 'clone' | 'scan' | 'fix' | 'again'>
  verdict: 'proved' | 'notProved' | 'cannot' | null
  result: JSONColumnType<object, string | null, string | null> | null
  started_by: string
  started_at: DefaultTime
  beat_at: DefaultTime
  finished_at: Time | null
}

export interface SavedViewTable {
  id: Generated<string>
  user_id: string
  page: string
  name: string
  query: string
  created_at: DefaultTime
}

export interface IsolationRunTable {
  id: Generated<string>
  database: string
  state: Generated<'running' | 'done' | 'cancelled' | 'failed'>
  basis_hash: Buffer
  setup: Json<object>
  notes: Json<object>
  step: Generated<'server' | 'clone' | 'prove' | 'probe' | 'judge'>
  done: Generated<number>
  all_of_it: Generated<number>
  counts: JSONColumnType<object | null, string | null, string | null>
  problem: JSONColumnType<object | null, string | null, string | null>
  summary: JSONColumnType<object | null, string | null, string | null>
  csv: Buffer | null
  json: Buffer | null
  started_by: string | null
  started_at: DefaultTime
  beat_at: DefaultTime
  cancelled_by: string | null
  finished_at: Time | null
}

export interface IsolationResultTable {
  run_id: string
  number: number
  relation: string
  principal: string
  role: string
  command: string
  channel: string
  verdict: string
  by: string
  detail: Json<object>
}

export interface IsolationPrincipalTable {
  database: string
  name: string
  position: number
  tenants: string[]
  login: string | null
  role: string
  settings: Json<object>
  claims: JSONColumnType<object | null, string | null, string | null>
  changed_by: string
  changed_at: DefaultTime
}

export interface ActivityTable {
  id: Generated<number>
  at: DefaultTime
  action: string
  outcome: 'success' | 'denied' | 'failure'
  actor: string | null
  actor_name: string | null
  about: string | null
  database: string | null
  details: Json<object>
  request_id: string | null
  component: string | null
  address: string | null
}

/**
 * Tables of the governed reference database that are asked through the query builder, with the columns used; what is
 * asked in SQL has its row types beside it. records.test.ts compares these with the installed reference.
 */
export interface RecordsTables {
  clinics: { id: Generated<string>; name: string; is_active: Generated<boolean> }
  clinic_members: {
    id: Generated<string>
    clinic_id: string
    user_id: string
    role: 'admin' | 'professional' | 'reception' | 'dpo' | 'auditor' | 'dba' | 'viewer'
    is_active: Generated<boolean>
  }
}
