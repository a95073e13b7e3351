import type { Text } from '@/lib/rules/rule'
import type { Change } from './compare'

export type Weight = 'safe' | 'notable' | 'dangerous'

export interface Weighed extends Change {
  readonly weight: Weight
  readonly because: Text
}

const text = (en: string, pt: string): Text => ({ en, pt })

const words = {
  spelling: text('A description changed.', 'Uma descrição mudou.'),
  structure: text(
    'The structure changed: programs and rules may depend on it.',
    'A estrutura mudou: programas e regras podem depender dela.',
  ),
  rights: text('Somebody may do more than before.', 'Alguém pode fazer mais do que antes.'),
  fewerRights: text('Somebody may do less than before.', 'Alguém pode fazer menos do que antes.'),
  everyone: text(
    'Every role, those of tomorrow too, holds the right.',
    'Todo papel, inclusive os futuros, tem o direito.',
  ),
  rowsOpen: text('Row security protects less than before.', 'A RLS protege menos do que antes.'),
  rowsClosed: text('Row security protects more than before.', 'A RLS protege mais do que antes.'),
  policy: text(
    'Who sees which rows is decided differently.',
    'Quem vê quais linhas é decidido de outra forma.',
  ),
  trigger: text(
    'Something that ran on changes runs no longer, or differently: the audit trail may be one of them.',
    'Algo que executava nas alterações não executa mais, ou executa diferente: a trilha pode ser um deles.',
  ),
  integrity: text(
    'Rows that were refused before are accepted now.',
    'Linhas antes recusadas agora são aceitas.',
  ),
  power: text(
    'A role gained a power that no policy binds.',
    'Um papel ganhou um poder que nenhuma política limita.',
  ),
  newRole: text('A role that can connect is new.', 'Há um novo papel que pode conectar.'),
  owner: text(
    'The owner changed: owners may undo every protection.',
    'O dono mudou: donos podem desfazer toda proteção.',
  ),
  code: text(
    'Code that runs with other rights, or with its owner’s, changed.',
    'Mudou código que executa com outros direitos, ou com os do dono.',
  ),
  copied: text('Rows leave this database by another way.', 'Linhas saem deste banco por outro caminho.'),
  gone: text(
    'Something that held data or was used is gone.',
    'Algo que guardava dados ou era usado não existe mais.',
  ),
  faster: text('Only speed depends on it.', 'Só a velocidade depende disso.'),
  setting: text('A setting changed.', 'Um ajuste mudou.'),
} satisfies Record<string, Text>

const weakened =
  /^(row_security|session_replication_role|search_path|password_encryption|ssl|fsync|log_statement|shared_preload_libraries|pgaudit\.)/

/** How much a change matters to who can do what, and why. What is not known to be safe is at least notable. */
export function weigh(change: Change): Weighed {
  const [weight, because] = verdict(change)
  return { ...change, weight, because }
}

function verdict(c: Change): readonly [Weight, Text] {
  if (c.field === 'comment' || c.field === 'label') return ['safe', words.spelling]
  if (c.field === 'owner') return ['dangerous', words.owner]
  const added = c.change === 'added'
  const removed = c.change === 'removed'
  switch (c.kind) {
    case 'grant':
      if (removed) return ['safe', words.fewerRights]
      return c.object.endsWith(' to PUBLIC') ? ['dangerous', words.everyone] : ['notable', words.rights]
    case 'default privilege':
      return removed ? ['notable', words.fewerRights] : ['dangerous', words.rights]
    case 'relation':
      return relation(c)
    case 'policy':
      return policy(c)
    case 'trigger':
    case 'event trigger':
      return added ? ['notable', words.structure] : ['dangerous', words.trigger]
    case 'rewrite rule':
      return ['dangerous', words.trigger]
    case 'constraint':
      if (added) return ['safe', words.structure]
      if (removed) return ['dangerous', words.integrity]
      return c.field === 'validated' && c.after === true
        ? ['safe', words.structure]
        : ['dangerous', words.integrity]
    case 'index':
      if (removed && (c.before as { unique?: boolean } | null)?.unique) return ['dangerous', words.integrity]
      return added ? ['safe', words.faster] : ['notable', words.faster]
    case 'column':
      if (removed) return ['notable', words.gone]
      return c.field === 'notNull' && c.after === false
        ? ['dangerous', words.integrity]
        : ['notable', words.structure]
    case 'routine': {
      const definer = [c.before, c.after].some((v) => (v as { definer?: boolean } | null)?.definer === true)
      const risky = c.field === 'definer' || c.field === 'settings' || c.field === 'volatility' || definer
      return risky ? ['dangerous', words.code] : ['notable', words.code]
    }
    case 'operator':
    case 'cast':
      return removed ? ['notable', words.gone] : ['dangerous', words.code]
    case 'role':
      return role(c)
    case 'membership':
      return removed ? ['safe', words.fewerRights] : ['dangerous', words.rights]
    case 'publication':
    case 'foreign server':
      return removed ? ['notable', words.gone] : ['dangerous', words.copied]
    case 'setting':
    case 'role setting':
      return weakened.test(c.object) ? ['dangerous', words.setting] : ['notable', words.setting]
    default:
      return removed ? ['notable', words.gone] : ['notable', words.structure]
  }
}

function relation(c: Change): readonly [Weight, Text] {
  if (c.change === 'removed') return ['dangerous', words.gone]
  if (c.change === 'added') return ['notable', words.structure]
  if (c.field === 'rls' || c.field === 'rlsForced')
    return c.after === true ? ['safe', words.rowsClosed] : ['dangerous', words.rowsOpen]
  if (c.field === 'definition' || c.field === 'options') return ['dangerous', words.code]
  return ['notable', words.structure]
}

/** A permissive policy opens, a restrictive one closes; a changed one may do either. */
function policy(c: Change): readonly [Weight, Text] {
  const whole = (c.after ?? c.before) as { permissive?: boolean } | null
  if (c.change === 'added')
    return whole?.permissive === false ? ['safe', words.rowsClosed] : ['dangerous', words.rowsOpen]
  if (c.change === 'removed')
    return whole?.permissive === false ? ['dangerous', words.rowsOpen] : ['notable', words.rowsClosed]
  return ['dangerous', words.policy]
}

const powers = new Set(['superuser', 'bypassRls', 'createRole', 'replication', 'createDb', 'login'])

function role(c: Change): readonly [Weight, Text] {
  if (c.change === 'removed') return ['notable', words.gone]
  if (c.change === 'added') {
    const made = c.after as { login?: boolean; superuser?: boolean; bypassRls?: boolean } | null
    if (made?.superuser || made?.bypassRls) return ['dangerous', words.power]
    return made?.login ? ['dangerous', words.newRole] : ['notable', words.newRole]
  }
  if (c.field !== null && powers.has(c.field))
    return c.after === true ? ['dangerous', words.power] : ['safe', words.fewerRights]
  return ['notable', words.setting]
}
