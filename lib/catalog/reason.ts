import type { Command, RelationId, RoutineId } from './types'

/** One sentence in both languages of the product. */
export interface Text {
  readonly en: string
  readonly pt: string
}

export type AccessVerdict =
  'no-grant' | 'open' | 'open-by-policy' | 'filtered' | 'denied' | 'bypass' | 'unknown'

/** From the role to the one that holds it, both included; a single name means the role itself. */
export type Chain = readonly string[]

/** Facts that lead to a verdict, in the order the server asks them. */
export type Fact =
  | { readonly kind: 'superuser'; readonly role: string }
  | {
      readonly kind: 'grant'
      readonly privilege: string
      readonly on: string
      readonly grantee: string | null
      readonly chain: Chain
    }
  | {
      readonly kind: 'column-grant'
      readonly privilege: string
      readonly on: RelationId
      readonly columns: readonly string[]
    }
  | {
      readonly kind: 'predefined-role'
      readonly privilege: string
      readonly on: string
      readonly chain: Chain
    }
  | {
      readonly kind: 'missing-privilege'
      readonly privilege: string
      readonly on: string
      readonly role: string
    }
  | { readonly kind: 'bypassrls'; readonly role: string }
  | { readonly kind: 'owner'; readonly on: RelationId; readonly owner: string; readonly chain: Chain }
  | { readonly kind: 'owner-forced'; readonly on: RelationId; readonly owner: string; readonly chain: Chain }
  | { readonly kind: 'rls-off'; readonly on: RelationId; readonly policies: number }
  | {
      readonly kind: 'policy'
      readonly on: RelationId
      readonly policy: string
      readonly permissive: boolean
      readonly part: 'using' | 'check'
      readonly expression: string
      readonly to: string | null
      readonly chain: Chain
    }
  | {
      readonly kind: 'policy-of-others'
      readonly on: RelationId
      readonly policy: string
      readonly roles: readonly string[]
    }
  | {
      readonly kind: 'no-policy'
      readonly on: RelationId
      readonly command: Command
      readonly part: 'using' | 'check'
      readonly restrictive: number
    }
  | {
      readonly kind: 'implied-select'
      readonly on: RelationId
      readonly command: Command
      readonly select: AccessVerdict
    }
  | { readonly kind: 'view-owner'; readonly on: RelationId; readonly owner: string }
  | { readonly kind: 'view-invoker'; readonly on: RelationId; readonly role: string }
  | { readonly kind: 'base'; readonly on: RelationId; readonly as: string; readonly verdict: AccessVerdict }
  | { readonly kind: 'view-without-table'; readonly on: RelationId }
  | { readonly kind: 'view-calls'; readonly on: RelationId; readonly routine: RoutineId }
  | { readonly kind: 'not-updatable'; readonly on: RelationId; readonly command: Command }
  | { readonly kind: 'replaced'; readonly on: RelationId; readonly command: Command; readonly by: string }
  | { readonly kind: 'matview'; readonly on: RelationId; readonly owner: string }
  | { readonly kind: 'foreign'; readonly on: RelationId }
  | { readonly kind: 'not-read'; readonly on: string }
  | { readonly kind: 'no-such-role'; readonly role: string }

/** A fact and its English sentence; `explain` gives both languages. */
export type Reason = Fact & { readonly sentence: string }

/** Completes a fact that was made for this call: it is not copied, since there are hundreds of thousands of them. */
export const reason = (fact: Fact): Reason => Object.assign(fact, { sentence: explain(fact).en })

const through = (chain: Chain): Text => {
  if (chain.length < 2) return { en: '', pt: '' }
  const steps = chain.join(' → ')
  return { en: ` (by membership: ${steps})`, pt: ` (por participação: ${steps})` }
}

const words: Readonly<Record<AccessVerdict, Text>> = {
  'no-grant': { en: 'no grant', pt: 'sem concessão' },
  open: { en: 'open', pt: 'aberto' },
  'open-by-policy': { en: 'open by policy', pt: 'aberto pela política' },
  filtered: { en: 'filtered', pt: 'filtrado' },
  denied: { en: 'denied', pt: 'negado' },
  bypass: { en: 'bypass', pt: 'contorna as políticas' },
  unknown: { en: 'unknown', pt: 'desconhecido' },
}

/** The fact as one sentence in each language. */
export function explain(fact: Fact): Text {
  switch (fact.kind) {
    case 'superuser':
      return {
        en: `${fact.role} is a superuser: neither privileges nor row-level security apply.`,
        pt: `${fact.role} é superusuário: nem privilégios nem segurança em nível de linha se aplicam.`,
      }
    case 'grant': {
      const chain = through(fact.chain)
      const en = fact.grantee === null ? 'PUBLIC, so every role,' : fact.grantee
      const pt = fact.grantee === null ? 'PUBLIC, portanto todo papel,' : fact.grantee
      return {
        en: `${en} holds ${fact.privilege} on ${fact.on}${chain.en}.`,
        pt: `${pt} tem ${fact.privilege} em ${fact.on}${chain.pt}.`,
      }
    }
    case 'column-grant':
      return {
        en: `${fact.privilege} is granted on these columns of ${fact.on} only: ${fact.columns.join(', ')}.`,
        pt: `${fact.privilege} é concedido somente nestas colunas de ${fact.on}: ${fact.columns.join(', ')}.`,
      }
    case 'predefined-role': {
      const chain = through(fact.chain)
      const role = fact.chain.at(-1) ?? ''
      return {
        en: `The predefined role ${role} gives ${fact.privilege} on ${fact.on} without any grant${chain.en}.`,
        pt: `O papel predefinido ${role} dá ${fact.privilege} em ${fact.on} sem nenhuma concessão${chain.pt}.`,
      }
    }
    case 'missing-privilege':
      return {
        en: `${fact.role} has no ${fact.privilege} on ${fact.on}, neither itself, nor through PUBLIC, nor by a membership it inherits.`,
        pt: `${fact.role} não tem ${fact.privilege} em ${fact.on}, nem por si, nem por PUBLIC, nem por participação herdada.`,
      }
    case 'bypassrls':
      return {
        en: `${fact.role} has BYPASSRLS: no policy applies.`,
        pt: `${fact.role} tem BYPASSRLS: nenhuma política se aplica.`,
      }
    case 'owner': {
      const chain = through(fact.chain)
      return {
        en: `Row-level security of ${fact.on} is not forced, so it does not bind its owner ${fact.owner}${chain.en}.`,
        pt: `A segurança em nível de linha de ${fact.on} não é forçada, portanto não vale para seu dono ${fact.owner}${chain.pt}.`,
      }
    }
    case 'owner-forced': {
      const chain = through(fact.chain)
      return {
        en: `Row-level security of ${fact.on} is forced: it binds its owner ${fact.owner} too${chain.en}.`,
        pt: `A segurança em nível de linha de ${fact.on} é forçada: vale também para seu dono ${fact.owner}${chain.pt}.`,
      }
    }
    case 'rls-off':
      return fact.policies === 0
        ? {
            en: `Row-level security of ${fact.on} is off: every row is within reach.`,
            pt: `A segurança em nível de linha de ${fact.on} está desligada: toda linha está ao alcance.`,
          }
        : {
            en: `Row-level security of ${fact.on} is off: its ${fact.policies} policies do nothing.`,
            pt: `A segurança em nível de linha de ${fact.on} está desligada: suas ${fact.policies} políticas nada fazem.`,
          }
    case 'policy':
      return explainPolicy(fact)
    case 'policy-of-others':
      return {
        en: `Policy "${fact.policy}" of ${fact.on} is for ${fact.roles.join(', ')}, whose privileges this role does not inherit.`,
        pt: `A política "${fact.policy}" de ${fact.on} é para ${fact.roles.join(', ')}, cujos privilégios este papel não herda.`,
      }
    case 'no-policy': {
      const part = fact.part === 'using' ? 'USING' : 'WITH CHECK'
      return fact.restrictive === 0
        ? {
            en: `No permissive policy of ${fact.on} lets ${fact.command} through (${part}): no row.`,
            pt: `Nenhuma política permissiva de ${fact.on} deixa passar ${fact.command} (${part}): nenhuma linha.`,
          }
        : {
            en: `Only restrictive policies of ${fact.on} apply to ${fact.command} (${part}), or one that is always false: no row.`,
            pt: `Só políticas restritivas de ${fact.on} se aplicam a ${fact.command} (${part}), ou uma sempre falsa: nenhuma linha.`,
          }
    }
    case 'implied-select':
      return {
        en: `${fact.command === 'UPDATE' ? 'An' : 'A'} ${fact.command} that reads a column, as in its WHERE, needs SELECT on ${fact.on} too, which is ${words[fact.select].en}; one that reads none is not held back by that.`,
        pt: `Um ${fact.command} que lê alguma coluna, como no WHERE, precisa também de SELECT em ${fact.on}, que está ${words[fact.select].pt}; um que não lê nenhuma não é contido por isso.`,
      }
    case 'view-owner':
      return {
        en: `${fact.on} reads its tables with the rights of its owner ${fact.owner}, since security_invoker is off.`,
        pt: `${fact.on} lê suas tabelas com os direitos do dono ${fact.owner}, pois security_invoker está desligado.`,
      }
    case 'view-invoker':
      return {
        en: `${fact.on} reads its tables with the rights of ${fact.role}, who asks (security_invoker).`,
        pt: `${fact.on} lê suas tabelas com os direitos de ${fact.role}, que consulta (security_invoker).`,
      }
    case 'base':
      return {
        en: `${fact.on}, reached as ${fact.as}: ${words[fact.verdict].en}.`,
        pt: `${fact.on}, alcançada como ${fact.as}: ${words[fact.verdict].pt}.`,
      }
    case 'view-without-table':
      return {
        en: `${fact.on} reads no table of this database.`,
        pt: `${fact.on} não lê nenhuma tabela deste banco.`,
      }
    case 'view-calls':
      return {
        en: `${fact.on} takes rows from ${fact.routine}, and what that routine reads cannot be told from the catalog.`,
        pt: `${fact.on} obtém linhas de ${fact.routine}, e o catálogo não diz o que essa rotina lê.`,
      }
    case 'not-updatable':
      return {
        en: `${fact.on} does not take ${fact.command}: PostgreSQL refuses it for everyone.`,
        pt: `${fact.on} não aceita ${fact.command}: o PostgreSQL recusa para todos.`,
      }
    case 'replaced':
      return {
        en: `"${fact.by}" runs in place of ${fact.command} on ${fact.on}; what it does cannot be told from the catalog.`,
        pt: `"${fact.by}" é executado no lugar de ${fact.command} em ${fact.on}; o catálogo não diz o que ele faz.`,
      }
    case 'matview':
      return {
        en: `${fact.on} keeps rows that its owner ${fact.owner} could read when it was refreshed; no policy applies to them.`,
        pt: `${fact.on} guarda linhas que seu dono ${fact.owner} podia ler na atualização; nenhuma política se aplica a elas.`,
      }
    case 'foreign':
      return {
        en: `${fact.on} lies on another server, which decides what may be read; no policy applies here.`,
        pt: `${fact.on} está em outro servidor, que decide o que pode ser lido; nenhuma política se aplica aqui.`,
      }
    case 'not-read':
      return {
        en: `${fact.on} is not in this snapshot.`,
        pt: `${fact.on} não está nesta leitura do catálogo.`,
      }
    case 'no-such-role':
      return { en: `There is no role ${fact.role}.`, pt: `Não existe o papel ${fact.role}.` }
  }
}

function explainPolicy(fact: Extract<Fact, { kind: 'policy' }>): Text {
  const chain = through(fact.chain)
  const to = fact.to ?? 'PUBLIC'
  const part = fact.part === 'using' ? 'USING' : 'WITH CHECK'
  return {
    en: `${fact.permissive ? 'Policy' : 'Restrictive policy'} "${fact.policy}" of ${fact.on} applies to ${to}${chain.en}: ${part} ${fact.expression}`,
    pt: `A política ${fact.permissive ? '' : 'restritiva '}"${fact.policy}" de ${fact.on} se aplica a ${to}${chain.pt}: ${part} ${fact.expression}`,
  }
}
