import { databaseObject } from './identity'
import { defineRule, type Text } from './rule'
import { hidden, isLocalOnly, setting, settingSql } from './server-settings'

export const durability = defineRule({
  id: 'durability',
  code: 'S06',
  group: 'settings',
  severity: 'high',
  title: {
    en: 'Committed data may be lost or damaged unseen',
    pt: 'Dados confirmados podem se perder ou danificar sem aviso',
  },
  why: {
    en: 'Without fsync and full-page writes a power cut destroys the chart; without checksums damage is copied into every backup; without archiving everything since the last copy is gone.',
    pt: 'Sem fsync e full_page_writes uma queda de energia destrói o prontuário; sem checksums o dano vai para toda cópia; sem arquivamento perde-se tudo desde a última cópia.',
  },
  references: [
    'LGPD art. 46',
    'Lei 13.787/2018 art. 4',
    'SBIS NGS1.08',
    'CIS PostgreSQL 7.3',
    'ISO/IEC 27001 A.8.13',
  ],
  check(snapshot, facts) {
    const names = ['fsync', 'full_page_writes', 'data_checksums', 'archive_mode'] as const
    const unseen = names.filter((name) => setting(snapshot, name) === null)
    const faults: (Text & { readonly sql: readonly string[] })[] = []
    const off = (name: string) => setting(snapshot, name) === 'off'
    if (off('fsync'))
      faults.push({
        en: 'fsync is off',
        pt: 'fsync está desligado',
        sql: settingSql(snapshot, 'fsync', 'on'),
      })
    if (off('full_page_writes'))
      faults.push({
        en: 'full_page_writes is off',
        pt: 'full_page_writes está desligado',
        sql: settingSql(snapshot, 'full_page_writes', 'on'),
      })
    if (off('data_checksums'))
      faults.push({ en: 'data checksums are off', pt: 'checksums de dados estão desligados', sql: [] })
    if (off('archive_mode') && !facts.config.declared?.backups)
      faults.push({
        en: 'write-ahead log is not archived and no backup is declared',
        pt: 'o WAL não é arquivado e nenhuma cópia de segurança foi declarada',
        sql: [],
      })
    const silent = setting(snapshot, 'archive_command')
    if (!off('archive_mode') && silent !== null && /^\s*(\/(usr\/)?bin\/)?(true|:)\s*$/.test(silent))
      faults.push({
        en: 'archive_command throws the log away',
        pt: 'archive_command descarta o WAL',
        sql: [],
      })
    const unknown = unseen.map(hidden)
    if (!off('archive_mode') && faults.length === 0 && !facts.config.declared?.backups)
      unknown.push({
        en: 'Whether archiving succeeds and a backup can be restored is not in the catalog; declare it (declared.backups) once it has been tried.',
        pt: 'Se o arquivamento funciona e se uma cópia pode ser restaurada não está no catálogo; declare (declared.backups) depois de testar.',
      })
    if (faults.length === 0) return { hits: [], checked: 1, unknown }
    return {
      checked: 1,
      unknown,
      hits: [
        {
          object: databaseObject(snapshot.database, 'durability'),
          // A server that only its own machine reaches is a private one: the same facts weigh less.
          ...(isLocalOnly(snapshot) === true ? { severity: 'low' as const } : {}),
          message: {
            en: `Durability: ${faults.map((f) => f.en).join('; ')}.`,
            pt: `Durabilidade: ${faults.map((f) => f.pt).join('; ')}.`,
          },
          evidence: Object.fromEntries(names.map((name) => [name, setting(snapshot, name)])),
          fix: {
            sql: faults.flatMap((f) => f.sql),
            lock: '',
            advice: {
              en: 'Checksums are switched on by pg_checksums while the server is down. Archive with a tool that verifies (pgBackRest, WAL-G, Barman) and try a restore; snapshots outside PostgreSQL: declare them (declared.backups).',
              pt: 'Checksums são ativados por pg_checksums com o servidor parado. Arquive com ferramenta que verifica (pgBackRest, WAL-G, Barman) e teste a restauração; snapshots externos: declare (declared.backups).',
            },
          },
        },
      ],
    }
  },
  example: {
    // Server settings are shared by all databases: what hits is shown on made-up settings in the tests.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})
