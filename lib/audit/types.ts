export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonRow = Readonly<Record<string, Json>>

/** The verbs of the log, in the order the filter offers them. */
export const actions = [
  'create',
  'update',
  'delete',
  'truncate',
  'inactivate',
  'read',
  'list',
  'print',
  'export',
  'disclose',
  'consent',
  'signature',
  'permission',
  'login',
  'login_failed',
  'break_glass',
  'backup',
  'ai',
] as const
export type Action = (typeof actions)[number]

export const outcomes = ['success', 'denied', 'failure'] as const
export type Outcome = (typeof outcomes)[number]

/** HL7 v3 PurposeOfUse codes that the log is written with. */
export const purposes = ['TREAT', 'HPAYMT', 'HOPERAT', 'BTG', 'PATRQT', 'HRESCH', 'HCOMPL', 'HMARKT'] as const
