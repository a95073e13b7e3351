import { databaseObject } from './identity'
import { defineRule, type Hit } from './rule'

/** As the project published them, looked up on this day. */
const tableOf = '2026-08-28'
/** Major: end of support, and the newest minor known when the table was made. */
const releases: Readonly<Record<number, { readonly until: string; readonly minor: number }>> = {
  10: { until: '2022-11-10', minor: 23 },
  11: { until: '2023-11-09', minor: 22 },
  12: { until: '2024-11-21', minor: 22 },
  13: { until: '2025-11-13', minor: 23 },
  14: { until: '2026-11-12', minor: 24 },
  15: { until: '2027-11-11', minor: 19 },
  16: { until: '2028-11-09', minor: 15 },
  17: { until: '2029-11-08', minor: 11 },
  18: { until: '2030-11-14', minor: 6 },
}

export const versionEol = defineRule({
  id: 'version-eol',
  code: 'S08',
  group: 'settings',
  severity: 'medium',
  title: { en: 'PostgreSQL release out of date', pt: 'Versão do PostgreSQL desatualizada' },
  why: {
    en: 'Known holes stay open: each minor release mends some, and a major out of support gets none.',
    pt: 'Falhas conhecidas continuam abertas: cada versão menor corrige algumas, e uma versão maior sem suporte não recebe nenhuma.',
  },
  references: ['LGPD art. 46', 'CIS PostgreSQL 1.5', 'ISO/IEC 27001 A.8.8'],
  check(snapshot) {
    const { version, pendingRestart } = snapshot.server
    const major = Math.trunc(version / 10_000)
    const minor = version % 10_000
    const release = releases[major]
    const hits: Hit[] = []
    if (release && release.until < snapshot.takenAt.slice(0, 10)) {
      hits.push({
        object: databaseObject(snapshot.database, 'major'),
        message: {
          en: `PostgreSQL ${major} is out of support since ${release.until}.`,
          pt: `O PostgreSQL ${major} está sem suporte desde ${release.until}.`,
        },
        evidence: { version: snapshot.server.versionText, supportedUntil: release.until, tableOf },
        fix: {
          sql: [],
          lock: '',
          advice: {
            en: 'Plan the upgrade (pg_upgrade or logical replication) and try it on a copy.',
            pt: 'Planeje a atualização (pg_upgrade ou replicação lógica) e teste numa cópia.',
          },
        },
      })
    } else if (release && minor < release.minor) {
      hits.push({
        object: databaseObject(snapshot.database, 'minor'),
        // Minor releases come each quarter: one or two behind is an update that is due, not a neglected server.
        severity: release.minor - minor > 2 ? 'medium' : 'low',
        message: {
          en: `PostgreSQL ${major}.${minor} is behind ${major}.${release.minor} (known on ${tableOf}).`,
          pt: `O PostgreSQL ${major}.${minor} está atrás do ${major}.${release.minor} (conhecido em ${tableOf}).`,
        },
        evidence: { version: snapshot.server.versionText, newest: `${major}.${release.minor}`, tableOf },
        fix: {
          sql: [],
          lock: '',
          advice: {
            en: 'A minor update replaces the programs and restarts the server; data stay as they are.',
            pt: 'Uma atualização menor troca os programas e reinicia o servidor; os dados ficam como estão.',
          },
        },
      })
    }
    if (pendingRestart.length > 0) {
      hits.push({
        object: databaseObject(snapshot.database, 'pending restart'),
        severity: 'low',
        message: {
          en: `Changed settings wait for a restart: ${pendingRestart.join(', ')}.`,
          pt: `Ajustes alterados esperam reinício: ${pendingRestart.join(', ')}.`,
        },
        evidence: { pendingRestart },
        fix: {
          sql: [],
          lock: '',
          advice: {
            en: 'Restart the server, or take the change back: what the file says is not what runs.',
            pt: 'Reinicie o servidor, ou desfaça a mudança: o que o arquivo diz não é o que vale.',
          },
        },
      })
    }
    return {
      hits,
      checked: 1,
      unknown: release
        ? []
        : [
            {
              en: `PostgreSQL ${major} is not in the table of ${tableOf}.`,
              pt: `O PostgreSQL ${major} não está na tabela de ${tableOf}.`,
            },
          ],
    }
  },
  example: {
    // A release is the server's: what hits is shown on made-up versions in the tests.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})
