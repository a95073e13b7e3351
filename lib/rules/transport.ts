import { databaseObject } from './identity'
import { defineRule, type Hit } from './rule'
import { hidden, isLocalOnly, setting, settingSql } from './server-settings'

export const transport = defineRule({
  id: 'transport',
  code: 'S01',
  group: 'settings',
  severity: 'high',
  title: { en: 'Connections without proper encryption', pt: 'Conexões sem criptografia adequada' },
  why: {
    en: 'Without TLS passwords’ proofs and patient data cross the network readable to whoever stands in between.',
    pt: 'Sem TLS, provas de senha e dados de pacientes cruzam a rede legíveis a quem estiver no meio.',
  },
  references: ['LGPD art. 46', 'SBIS NGS1.05', 'CIS PostgreSQL 6.8', 'ISO/IEC 27001 A.8.24'],
  check(snapshot, facts) {
    const ssl = setting(snapshot, 'ssl')
    const local = isLocalOnly(snapshot)
    if (ssl === null) return { hits: [], checked: 1, unknown: [hidden('ssl')] }
    // A server that only this machine reaches has no wire to protect; a proxy may end TLS before it.
    if (local === true || facts.config.declared?.tlsAtProxy) return { hits: [], checked: 1, unknown: [] }
    const hits: Hit[] = []
    if (ssl !== 'on') {
      hits.push({
        object: databaseObject(snapshot.database, 'ssl'),
        severity: 'critical',
        message: {
          en: 'The server takes connections from other machines without TLS (ssl = off).',
          pt: 'O servidor aceita conexões de outras máquinas sem TLS (ssl = off).',
        },
        evidence: { ssl, listen_addresses: setting(snapshot, 'listen_addresses') },
        fix: {
          sql: settingSql(snapshot, 'ssl', 'on'),
          lock: '',
          advice: {
            en: 'Put server.crt and server.key in place first, then turn host lines of pg_hba.conf into hostssl … scram-sha-256. If a proxy ends TLS, declare it (declared.tlsAtProxy).',
            pt: 'Instale antes server.crt e server.key, depois troque linhas host do pg_hba.conf por hostssl … scram-sha-256. Se um proxy encerra o TLS, declare (declared.tlsAtProxy).',
          },
        },
      })
    }
    const least = setting(snapshot, 'ssl_min_protocol_version')
    if (ssl === 'on' && least !== null && !['TLSv1.2', 'TLSv1.3'].includes(least)) {
      hits.push({
        object: databaseObject(snapshot.database, 'ssl_min_protocol_version'),
        message: {
          en: `TLS older than 1.2 is accepted (ssl_min_protocol_version = ${least || 'any'}).`,
          pt: `TLS anterior a 1.2 é aceito (ssl_min_protocol_version = ${least || 'qualquer'}).`,
        },
        evidence: { ssl_min_protocol_version: least },
        fix: {
          sql: settingSql(snapshot, 'ssl_min_protocol_version', 'TLSv1.2'),
          lock: '',
          advice: {
            en: 'Clients older than 2014 must be renewed first.',
            pt: 'Clientes anteriores a 2014 precisam ser renovados antes.',
          },
        },
      })
    }
    const rules = snapshot.operations?.hba ?? null
    return {
      hits: [...hits, ...(rules ?? []).flatMap((rule) => ofRule(snapshot.database, rule))],
      checked: 1,
      unknown:
        rules === null
          ? [
              {
                en: 'The rules of pg_hba.conf are not readable: whether connections without TLS, with trust or from anywhere are let in is not known.',
                pt: 'As regras do pg_hba.conf não são legíveis: não se sabe se conexões sem TLS, com trust ou de qualquer origem são aceitas.',
              },
            ]
          : [],
    }
  },
  example: {
    // How the server listens is not a database's to change: what hits is shown on made-up settings in the tests.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})

/** One rule of pg_hba.conf, `type method address`, that lets somebody from elsewhere in too easily. */
function ofRule(database: string, rule: string): Hit[] {
  const [type = '', method = '', address = ''] = rule.split(' ')
  if (type === 'local' || method === 'reject' || isLoopback(address)) return []
  const plain = type === 'host' || type === 'hostnossl' || type === 'hostnogssenc'
  const weak = ['trust', 'password', 'md5', 'ident'].includes(method)
  if (!plain && !weak) return []
  return [
    {
      object: databaseObject(database, `pg_hba ${rule}`),
      severity:
        method === 'trust'
          ? 'critical'
          : plain && method === 'password'
            ? 'critical'
            : weak
              ? 'high'
              : 'medium',
      message: {
        en: `pg_hba.conf lets ${address} in by ${method}${plain ? ', with or without TLS' : ''} (${type}).`,
        pt: `O pg_hba.conf aceita ${address} por ${method}${plain ? ', com ou sem TLS' : ''} (${type}).`,
      },
      evidence: { type, method, address },
      fix: {
        sql: [],
        lock: '',
        advice: {
          en: 'Write hostssl … scram-sha-256 with the narrowest address, then select pg_reload_conf().',
          pt: 'Escreva hostssl … scram-sha-256 com o endereço mais restrito, depois select pg_reload_conf().',
        },
      },
    },
  ]
}

const isLoopback = (address: string) =>
  address === 'local' ||
  address === 'samehost' ||
  address === 'localhost' ||
  address.startsWith('127.') ||
  address === '::1'
