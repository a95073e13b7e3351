import type { BlindSpot } from '@/lib/catalog/types-server'
import { defineRule, type Text } from './rule'

export const blindSpot = defineRule({
  id: 'blind-spot',
  code: 'X01',
  group: 'scanner',
  severity: 'medium',
  title: { en: 'What the scanner could not see', pt: 'O que o verificador não pôde ver' },
  why: {
    en: 'PostgreSQL hides facts from a role without an error. What was not seen is unknown and is never counted as well governed.',
    pt: 'O PostgreSQL esconde fatos de um papel sem dar erro. O que não foi visto não é avaliável e nunca conta como bem governado.',
  },
  references: ['LGPD art. 6, X', 'ISO/IEC 27001 A.8.15'],
  check: (snapshot) => ({
    hits: [],
    checked: 1,
    unknown: snapshot.unreadable.filter((spot) => !spot.what.startsWith('changing')).map(told),
  }),
  example: {
    // A superuser sees everything: nothing is unknown, whatever the schema holds.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})

function told(spot: BlindSpot): Text {
  const count = spot.count === null ? '' : ` (${spot.count})`
  return {
    en: `${spot.why.replace(/\.$/, '')}${count}.${spot.grant === null ? '' : ` This would help: ${spot.grant};`}`,
    pt: `${portuguese[spot.what] ?? spot.why.replace(/\.$/, '')}${count}.${spot.grant === null ? '' : ` Isto ajudaria: ${spot.grant};`}`,
  }
}

const portuguese: Readonly<Record<string, string>> = {
  authid:
    'As senhas guardadas (pg_authid) só são mostradas a superusuários: não se sabe se restam verificadores md5',
  hba: 'As regras do pg_hba.conf (pg_hba_file_rules) não são legíveis: não se sabe quem pode conectar de onde',
  settings:
    'Algumas configurações do servidor estão ocultas: não se sabe o que é pré-carregado nem onde ficam logs e chaves',
  sequences: 'O último valor de algumas sequências está oculto: não se sabe quão perto do fim estão',
  'sequence values': 'O último valor de algumas sequências não foi lido: são muitas, ou uma estava bloqueada',
  'database size': 'O tamanho do banco é oculto para um papel que não pode conectar a ele',
  sizes: 'Alguns tamanhos não foram lidos',
  statistics: 'As estatísticas de colunas (pg_stats) de algumas tabelas são ocultas para este papel',
}
