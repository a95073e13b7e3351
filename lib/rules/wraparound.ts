import { databaseObject, quote } from './identity'
import { defineRule, type Hit } from './rule'
import { setting } from './server-settings'

/** Half of the 2³¹ transactions after which the server stops writing, in millions. */
const half = 1_073

export const wraparound = defineRule({
  id: 'wraparound',
  code: 'O01',
  group: 'operations',
  severity: 'high',
  title: { en: 'Transaction ids are running out', pt: 'Os ids de transação estão acabando' },
  why: {
    en: 'When freezing does not keep up the server stops accepting writes to save the data: the clinic stands still for hours.',
    pt: 'Se o congelamento não acompanha, o servidor para de aceitar gravações para salvar os dados: a clínica para por horas.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.8.6'],
  check(snapshot) {
    const found = snapshot.operations
    if (!found)
      return {
        hits: [],
        checked: 0,
        unknown: [
          {
            en: 'The age of transaction ids was not read.',
            pt: 'A idade dos ids de transação não foi lida.',
          },
        ],
      }
    const ages = [
      [
        'transaction ids',
        'ids de transação',
        found.xidAgeMillions,
        Number(setting(snapshot, 'autovacuum_freeze_max_age') ?? 200_000_000) / 1e6,
      ],
      [
        'multixact ids',
        'ids multixact',
        found.multixactAgeMillions,
        Number(setting(snapshot, 'autovacuum_multixact_freeze_max_age') ?? 400_000_000) / 1e6,
      ],
    ] as const
    // Reaching freeze_max_age is the ordinary saw-tooth; twice that, or half of the way, is not.
    const hits = ages
      .filter(([, , age, limit]) => age >= Math.min(half, limit * 2))
      .map(([en, pt, age, limit]): Hit => ({
        object: databaseObject(snapshot.database, en),
        ...(age >= half ? { severity: 'critical' as const } : {}),
        message: {
          en: `The oldest ${en} of database ${quote(snapshot.database)} are ${age} million old; freezing should have begun at ${Math.round(limit)} million, and at 2147 million the server stops.`,
          pt: `Os ${pt} mais antigos do banco ${quote(snapshot.database)} têm ${age} milhões de idade; o congelamento deveria ter começado em ${Math.round(limit)} milhões, e em 2147 milhões o servidor para.`,
        },
        evidence: { ageMillions: age, freezeMaxAgeMillions: limit },
        fix: {
          sql: ['vacuum (freeze)'],
          lock: 'SHARE UPDATE EXCLUSIVE on one table after another: reads and writes go on; not inside a transaction',
          advice: {
            en: 'First end what holds it back: old transactions, prepared transactions, inactive slots, a standby with feedback.',
            pt: 'Antes, encerre o que segura: transações antigas, preparadas, slots inativos, réplica com feedback.',
          },
        },
      }))
    return { hits, checked: 2, unknown: [] }
  },
  example: {
    // Ageing a server takes a thousand million transactions: what hits is shown on made-up figures in the tests.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})
