import { databaseObject, literal } from './identity'
import { defineRule, type Hit } from './rule'

export const slotsAndPrepared = defineRule({
  id: 'slots-and-prepared',
  code: 'O04',
  group: 'operations',
  severity: 'medium',
  title: { en: 'Something forgotten holds the server back', pt: 'Algo esquecido segura o servidor' },
  why: {
    en: 'An unused replication slot keeps write-ahead log until the disk is full; a forgotten transaction keeps deleted rows on disk and locks in place.',
    pt: 'Um slot de replicação sem uso guarda WAL até encher o disco; uma transação esquecida mantém linhas apagadas no disco e bloqueios ativos.',
  },
  references: ['LGPD art. 16', 'LGPD art. 46', 'ISO/IEC 27001 A.8.6'],
  check(snapshot) {
    const found = snapshot.operations
    if (!found)
      return {
        hits: [],
        checked: 0,
        unknown: [
          {
            en: 'Slots and prepared transactions were not read.',
            pt: 'Slots e transações preparadas não foram lidos.',
          },
        ],
      }
    const make = (part: string, en: string, pt: string, sql: string[], evidence: Hit['evidence']): Hit => ({
      object: databaseObject(snapshot.database, part),
      message: { en, pt },
      evidence,
      fix: {
        sql,
        lock: '',
        advice: {
          en: 'Ask its owner first: a standby that is being repaired needs its slot, and a prepared transaction may belong to another system’s commit.',
          pt: 'Pergunte antes ao responsável: uma réplica em reparo precisa do slot, e uma transação preparada pode ser parte do commit de outro sistema.',
        },
      },
    })
    return {
      checked: 3,
      unknown: found.sessionsVisible
        ? []
        : [
            {
              en: 'Sessions of other roles are hidden: long idle transactions are not seen (grant pg_read_all_stats).',
              pt: 'Sessões de outros papéis são ocultas: transações ociosas longas não são vistas (grant pg_read_all_stats).',
            },
          ],
      hits: [
        ...found.inactiveSlots.map((slot) =>
          make(
            `slot ${slot.name}`,
            `Replication slot ${slot.name} is inactive and keeps about ${slot.retainedGb} GB of write-ahead log.`,
            `O slot de replicação ${slot.name} está inativo e guarda cerca de ${slot.retainedGb} GB de WAL.`,
            [`select pg_drop_replication_slot(${literal(slot.name)})`],
            slot,
          ),
        ),
        ...found.prepared.map((each) =>
          make(
            `prepared ${each.name}`,
            `Prepared transaction ${each.name} has waited for ${each.hours} hours.`,
            `A transação preparada ${each.name} espera há ${each.hours} horas.`,
            [`rollback prepared ${literal(each.name)}`],
            each,
          ),
        ),
        ...found.idleInTransaction.map((each) =>
          make(
            `idle ${each.role}`,
            `A session of ${each.role} has been idle in a transaction for ${each.hours} hours.`,
            `Uma sessão de ${each.role} está ociosa numa transação há ${each.hours} horas.`,
            [],
            each,
          ),
        ),
      ],
    }
  },
  example: {
    // Slots belong to the whole server, and ages begin at an hour: what hits is shown on made-up figures in the tests.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})
