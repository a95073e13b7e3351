import type { Facts } from './facts'
import { plain } from './found'
import type { Finding, Text } from './rule'
import { outcomeWith, resultOf, type ScanResult } from './run'

/** What isolation answered to one question: could a session of this role cross by this command on this relation? */
export interface IsolationAnswer {
  readonly relation: string
  readonly role: string
  readonly command: string
  readonly verdict: 'isolated' | 'leaks' | 'unknown' | 'unreachable'
  /** The principal reached rows of its own on the clone. */
  readonly alive: boolean
  /** The session had no tenant. */
  readonly nobody: boolean
  /** Policies that the prover calls guilty; empty where it names none. */
  readonly guilty: readonly string[]
  /** Statements that crossed when they were executed on a clone, the last one being the one that did. */
  readonly story: readonly string[]
  readonly because: Text
}

/** Answers of one run that hold for the snapshot. */
export interface IsolationAnswers {
  readonly answers: readonly IsolationAnswer[]
  /** Parts of the claims that were taken as the caller's choice. */
  readonly untrusted: readonly string[]
}

/** A guess of a rule that isolation was asked about. */
export interface Settled {
  readonly key: string
  readonly rule: string
  readonly code: string
  readonly how: 'confirmed' | 'refuted' | 'open'
  readonly why: Text
}

const writes = ['INSERT', 'UPDATE']

/** Rules that guess from the text of a policy what isolation proves or executes, with the commands they speak of. */
const guessing: Readonly<Record<string, readonly string[]>> = {
  T05: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  T06: writes,
  T07: ['UPDATE'],
  T08: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  T15: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  T16: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  T17: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  T18: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  T24: ['SELECT'],
}

/**
 * A scan with what isolation answered: a guess that a statement confirmed says so, one that a proof refutes goes and is
 * noted, one that stayed open is marked as a guess. Pure; without an answer about it a finding stays as it is.
 */
export function settle(result: ScanResult, facts: Facts, given: IsolationAnswers): ScanResult {
  const settled: Settled[] = []
  const findings = result.findings.flatMap((finding) => {
    const about = guessing[finding.code] && answerTo(finding, facts, given)
    if (!about) return [finding]
    settled.push({ key: finding.key, rule: finding.rule, code: finding.code, how: about.how, why: about.why })
    if (about.how === 'refuted') return []
    return [
      {
        ...plain(finding),
        message: {
          en: `${finding.message.en} ${about.why.en}`,
          pt: `${finding.message.pt} ${about.why.pt}`,
        },
        evidence: { ...finding.evidence, isolation: { verdict: about.how, story: about.story } },
      },
    ]
  })
  if (settled.length === 0) return result
  const gone = settled.filter(({ how }) => how === 'refuted')
  const outcomes = result.outcomes.map((outcome) =>
    outcomeWith(outcome, outcome.hits - gone.filter(({ rule }) => rule === outcome.rule).length),
  )
  return { ...resultOf(facts, outcomes, findings), settled }
}

interface About {
  readonly how: Settled['how']
  readonly why: Text
  readonly story: readonly string[]
}

function answerTo(finding: Finding, facts: Facts, given: IsolationAnswers): About | null {
  const { object, code } = finding
  const relation = facts.governed.find((each) => each.schema === object.schema && each.name === object.name)
  const policy = relation?.policies.find(({ name }) => name === object.part)
  if (!relation || !policy) return null
  const exposed = facts.policy(relation, policy).exposed
  const commands = (guessing[code] ?? []).filter(
    (command) => policy.command === null || policy.command === command,
  )
  const mine = given.answers.filter(
    (each) =>
      each.relation === relation.id &&
      commands.includes(each.command) &&
      (exposed.includes(null) || exposed.includes(each.role)),
  )
  if (mine.length === 0) return null
  // A circle of policies is an error at every reading: who reached rows of its own met none.
  if (code === 'T24')
    return mine.some(({ alive }) => alive) ? { how: 'refuted', why: wasRead(policy.name), story: [] } : null
  const leak = mine.find(
    ({ verdict, guilty, nobody }) =>
      verdict === 'leaks' &&
      (guilty.length === 0 || guilty.includes(`${policy.name} on ${relation.id}`)) &&
      (code !== 'T16' || nobody),
  )
  if (leak) return { how: 'confirmed', why: confirmed(leak), story: leak.story }
  const roles = exposed.includes(null) ? facts.applicationRoles : exposed
  const proved =
    isRefutable(finding, given) &&
    mine.some(({ verdict }) => verdict === 'isolated') &&
    mine.every(({ verdict }) => verdict === 'isolated' || verdict === 'unreachable') &&
    roles.every((role) =>
      commands.every((command) =>
        mine.some(
          (each) => each.role === role && each.command === command && (code !== 'T16' || each.nobody),
        ),
      ),
    )
  if (proved) return { how: 'refuted', why: refuted, story: [] }
  const doubt = mine.find(({ verdict }) => verdict === 'unknown')
  return doubt ? { how: 'open', why: open(doubt), story: [] } : null
}

/**
 * What is said of roles to come, or of a policy that says nothing yet, is no guess about who crosses now; and a proof that
 * took a claim for true says nothing about who may write it.
 */
function isRefutable({ code, evidence }: Finding, { untrusted }: IsolationAnswers): boolean {
  if (code === 'T08' || (code === 'T06' && evidence['using'] === null)) return false
  if (code !== 'T18') return true
  const claims = Array.isArray(evidence['claims']) ? evidence['claims'].map(String) : []
  return claims.every((claim) =>
    untrusted.some((part) =>
      claim
        .split(' → ')
        .join('.')
        .startsWith(part.replace(/^claims\./, '')),
    ),
  )
}

const confirmed = ({ role, story }: IsolationAnswer): Text => ({
  en: `Executed on a clone, it crosses: as ${role}, ${story.at(-1) ?? ''}.`,
  pt: `Executado num clone, cruza: como ${role}, ${story.at(-1) ?? ''}.`,
})

const refuted: Text = {
  en: 'A proof of isolation shows that no row of another tenant passes here.',
  pt: 'Uma prova de isolamento mostra que nenhuma linha de outra clínica passa aqui.',
}

const wasRead = (policy: string): Text => ({
  en: `A session read its own rows through ${policy} on a clone, without an error.`,
  pt: `Uma sessão leu as próprias linhas por ${policy} num clone, sem erro.`,
})

const open = ({ because }: IsolationAnswer): Text => ({
  en: `This is a guess from its text; isolation was asked and does not know: ${because.en}`,
  pt: `Isto é um palpite pelo texto; o isolamento foi perguntado e não sabe: ${because.pt}`,
})
