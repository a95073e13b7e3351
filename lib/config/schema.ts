import { z } from 'zod'

/** Severities that a configuration may name. */
const severity = z.enum(['critical', 'high', 'medium', 'low'])
const relation = z
  .string()
  .regex(
    /^("([^"]|"")+"|[^".\s]+)(\.("([^"]|"")+"|[^".\s]+))+(\(.*\))?$/,
    'write it as schema.name, quoted as PostgreSQL quotes',
  )
const nullTenant = z.enum(['foreign', 'shared'])
const settings = z.record(z.string(), z.string())

/** How a relation is named where the isolation prover looks at it; the keys of this block are fixed. */
const isolation = z.strictObject({
  threat: z
    .enum(['dml', 'sql'])
    .optional()
    .describe('Who writes the statements: the application (dml) or the caller (sql).'),
  nullTenant: z
    .enum(['foreign', 'shared', 'platform'])
    .optional()
    .describe(
      'Rows without tenant: foreign to all, shared (read by all, written by none), or of the platform (read and added by all, changed by none).',
    ),
  tenants: z
    .array(z.strictObject({ relation, column: z.string().nullable().optional() }))
    .optional()
    .describe('Column left out: a function whose result names no tenant.'),
  tenantVia: z
    .array(
      z.strictObject({
        relation,
        column: z.string().min(1),
        parent: relation,
        parentColumn: z.string().min(1),
      }),
    )
    .optional(),
  principals: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        tenants: z.array(z.string()),
        login: z.string().nullable().optional(),
        role: z.string().min(1),
        settings: settings.optional(),
        claims: z.record(z.string(), z.unknown()).nullable().optional(),
      }),
    )
    .optional(),
  membership: z
    .strictObject({
      relation,
      user: z.string().min(1),
      tenant: z.string().min(1),
      when: z.string().nullable().optional(),
      session: z.string().min(1),
    })
    .nullable()
    .optional()
    .describe('The table that says who belongs to which tenant; null: there is none.'),
  untrusted: z
    .array(z.string())
    .optional()
    .describe('Parts of the session the caller chooses, for example claims.user_metadata.'),
})

const waiver = z
  .strictObject({
    rule: z.string().min(1).describe('Id or code of the rule.'),
    object: z
      .string()
      .min(1)
      .optional()
      .describe("What follows the rule's id in the finding's key; left out, the whole rule is waived."),
    kind: z.enum(['accepted risk', 'false positive', 'by design']),
    reason: z.string().min(3),
    requestedBy: z.string().min(1).optional(),
    approvedBy: z.string().min(1),
    until: z.iso.date().describe('Last day on which it holds, as 2027-01-31.'),
  })
  .refine(({ requestedBy, approvedBy }) => requestedBy !== approvedBy, {
    path: ['approvedBy'],
    message: 'another person than requestedBy has to approve',
  })

const witness = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), name: z.string().min(1), path: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('webhook'),
    name: z.string().min(1),
    url: z.string().min(1),
    token: z.string().min(1).optional().describe('Sent as a bearer token.'),
  }),
  z.strictObject({
    kind: z.literal('s3'),
    name: z.string().min(1),
    endpoint: z.string().min(1),
    bucket: z.string().min(1),
    prefix: z.string().optional(),
    region: z.string().min(1).optional(),
    accessKey: z.string().min(1),
    secretKey: z.string().min(1),
    lockDays: z.number().int().min(1).optional().describe('Days of object lock in compliance mode; 3650.'),
  }),
  z.strictObject({
    kind: z.literal('mail'),
    name: z.string().min(1),
    server: z
      .string()
      .regex(/^(smtps?:\/\/|\$\{)/)
      .describe('smtp://user:password@host:587 or smtps://host:465'),
    from: z.email(),
    to: z.array(z.email()).min(1),
    every: z.number().min(0).optional().describe('Hours between two letters; 24.'),
  }),
  z.strictObject({
    kind: z.literal('tabellion'),
    name: z.string().min(1),
    url: z.string().min(1).describe('Address of the other Tabellion with /witness at its end.'),
    token: z.string().min(1).describe('What stands in its ledger.receives.'),
  }),
])

/** The whole of `tabellion.config.json`. Every key is optional and detected where it can be. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  schemas: z
    .array(z.string().min(1))
    .optional()
    .describe('Governed schemas; left out: all but those of the server, extensions and known platforms.'),
  excludeSchemas: z.array(z.string().min(1)).optional(),
  tenant: z
    .strictObject({
      table: relation.nullable().optional().describe('The registry of tenants, for example public.clinics.'),
      column: z
        .string()
        .min(1)
        .nullable()
        .optional()
        .describe('Name of the tenant column; null: this database has no tenants.'),
      overrides: z
        .record(z.string(), z.string().min(1).nullable())
        .optional()
        .describe('schema.table to its own tenant column; null: this table has none.'),
      nullTenant: nullTenant
        .optional()
        .describe('Whether a row without tenant is shared by all or belongs to nobody.'),
    })
    .optional(),
  ownerColumns: z
    .array(z.string().min(1))
    .optional()
    .describe('Columns that name the person a row belongs to, for example user_id.'),
  applicationRoles: z
    .array(z.string().min(1))
    .optional()
    .describe('Roles that applications use; left out: detected by their grants.'),
  adminRoles: z
    .array(z.string().min(1))
    .optional()
    .describe('Roles of people and migrations, never called application roles.'),
  unauthenticatedRoles: z
    .array(z.string().min(1))
    .optional()
    .describe('Roles that act for nobody in particular, for example anon.'),
  contextFunctions: z
    .array(z.string().min(1))
    .optional()
    .describe('Functions that tell who is asking, for example app.clinic_id.'),
  userEditableClaims: z
    .array(z.string().min(1))
    .optional()
    .describe('Claims the end user can write; user_metadata and raw_user_meta_data are known.'),
  referenceTables: z
    .array(relation)
    .optional()
    .describe('Tables of global data that have no tenant on purpose.'),
  classification: z
    .record(z.string(), z.enum(['pub', 'int', 'pers', 'sens', 'sec']))
    .optional()
    .describe('schema.table.column to its class.'),
  audit: z
    .strictObject({
      logs: z.array(relation).optional().describe('Relations that hold the audit log.'),
      functions: z
        .array(z.string().min(1))
        .optional()
        .describe('Trigger functions that write it, as schema.name.'),
      tables: z
        .array(relation)
        .optional()
        .describe('Tables that must be audited, beside those with personal or sensitive columns.'),
      exempt: z.array(relation).optional().describe('Tables that need no audit.'),
      declared: z
        .array(relation)
        .optional()
        .describe('Tables audited by other means (pgaudit, logical decoding).'),
    })
    .optional(),
  declared: z
    .strictObject({
      newTableGuard: z
        .boolean()
        .optional()
        .describe('A check outside the database stops new tables without protection.'),
      encryptionAtRest: z.boolean().optional(),
      tlsAtProxy: z.boolean().optional(),
      backups: z.boolean().optional(),
      retention: z.boolean().optional(),
      readAudit: z.boolean().optional(),
    })
    .optional()
    .describe('Controls that live outside the catalog and that a person vouches for.'),
  signatures: z
    .strictObject({
      trustStore: z
        .string()
        .min(1)
        .describe('Folder of trusted root certificates and revocation lists, from where this file is.'),
    })
    .optional()
    .describe('Whom a digital signature is believed from.'),
  severity: z.record(z.string(), severity).optional().describe('Id or code of a rule to its severity here.'),
  waivers: z.array(waiver).optional(),
  databases: z
    .record(
      z.string().min(1),
      z.strictObject({
        scanUrl: z.string().min(1).optional(),
        recordsUrl: z.string().min(1).optional(),
        measureUrl: z
          .string()
          .min(1)
          .optional()
          .describe(
            'URL of a login that may run the standard operations, to time them; used for nothing else.',
          ),
        operations: z
          .string()
          .min(1)
          .optional()
          .describe('Folder of its standard operations (*.sql), from where this file is.'),
        url: z
          .string()
          .min(1)
          .optional()
          .describe('One URL for both. ${NAME} is replaced by that environment variable.'),
      }),
    )
    .optional()
    .describe('Governed databases by name.'),
  isolation: isolation.optional(),
  ledger: z
    .strictObject({
      interval: z.number().int().min(100).optional().describe('Milliseconds between seals; 1000.'),
      witnessEvery: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe('Seconds between checkpoints that are sent to the witnesses; 60.'),
      witnesses: z
        .array(witness)
        .optional()
        .describe('Places outside the database that keep checkpoints. ${NAME} is an environment variable.'),
      receives: z
        .array(
          z.strictObject({
            key: z
              .string()
              .regex(/^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/, 'a verifier key, as audit key prints it'),
            token: z.string().min(1),
          }),
        )
        .optional()
        .describe('Logs of other Tabellions whose checkpoints this one keeps, at /witness.'),
    })
    .optional()
    .describe('How the audit log is sealed, and who outside holds its checkpoints.'),
})

export type Config = z.infer<typeof configSchema>
export type Waiver = NonNullable<Config['waivers']>[number]

/** A configuration that leaves everything to detection. */
export const noConfig: Config = {}
