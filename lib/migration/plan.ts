import type { Snapshot } from '@/lib/catalog/types'
import type { Sentence } from '@/lib/errors'
import { severities, type Finding } from '@/lib/rules/rule'
import { loadParser } from '@/lib/sql/parse'
import { Namer } from './name-things'
import { dropped, lockOrder, phases, type Lock, type Phase, type Step } from './step'
import { understand } from './understand'

/** Statements that are run together: one transaction, or one statement that may not be in any. */
export interface Part {
  readonly transaction: boolean
  readonly phase: Phase
  readonly lock: Lock
  readonly steps: readonly Step[]
  /** Keys of the findings it mends, wholly or in part. */
  readonly keys: readonly string[]
}

export interface LeftOut {
  readonly finding: Finding
  readonly why: Sentence
}

/** The fixes of several findings as one migration. */
export interface Migration {
  readonly database: string
  /** ISO time of the snapshot it was made from. */
  readonly takenAt: string
  readonly parts: readonly Part[]
  /** Findings that it mends, in the order of their parts. */
  readonly findings: readonly Finding[]
  readonly leftOut: readonly LeftOut[]
}

interface Fix {
  readonly finding: Finding
  readonly steps: readonly Step[]
  readonly phase: Phase
  readonly lock: Lock
}

/**
 * Orders the fixes of findings by what depends on what and by the lock they take, once each, without those that
 * contradict an earlier one. Fixes without statements are left out and named.
 */
export async function planMigration(snapshot: Snapshot, findings: readonly Finding[]): Promise<Migration> {
  await loadParser()
  const leftOut: LeftOut[] = findings
    .filter(({ fix }) => fix.sql.length === 0)
    .map((finding) => ({ finding, why: noStatement }))
  const namer = new Namer(snapshot)
  const named = new Map<string, string>()
  const name = (sql: string) => {
    // The same statement of two findings is one thing with one name.
    const known = named.get(sql) ?? namer.named(sql)
    named.set(sql, known)
    return known
  }
  const fixes = findings
    .filter(({ fix }) => fix.sql.length > 0)
    .map((finding) =>
      fixOf(
        finding,
        finding.fix.sql.map((sql) => understand(name(sql), snapshot)),
      ),
    )
  const together = new Together()
  const accepted: Fix[] = []
  for (const fix of fixes.toSorted(bySeverity)) {
    const clash = together.clash(fix)
    if (clash === null) accepted.push(fix)
    else leftOut.push({ finding: fix.finding, why: clash })
  }
  const plan = new Plan()
  for (const fix of accepted.sort(inOrder)) plan.add(fix)
  return {
    database: snapshot.database,
    takenAt: snapshot.takenAt,
    parts: plan.parts,
    findings: plan.findings,
    leftOut,
  }
}

const noStatement: Sentence = {
  en: 'It has no statement: only a person can decide.',
  pt: 'Não há comando: só uma pessoa pode decidir.',
}

function fixOf(finding: Finding, steps: readonly Step[]): Fix {
  const has = (phase: Phase) => steps.some((step) => step.phase === phase)
  return {
    finding,
    steps,
    // What a fix works on first decides where it stands; grants within it do not.
    phase: phases.find((phase) => phase !== 'rights' && has(phase)) ?? 'rights',
    lock: strongest(steps),
  }
}

const strongest = (steps: readonly Step[]): Lock =>
  lockOrder.findLast((lock) => steps.some((step) => step.lock === lock)) ?? 'none'

function inOrder(a: Fix, b: Fix): number {
  return (
    phases.indexOf(a.phase) - phases.indexOf(b.phase) ||
    lockOrder.indexOf(a.lock) - lockOrder.indexOf(b.lock) ||
    bySeverity(a, b)
  )
}

const bySeverity = (a: Fix, b: Fix): number =>
  severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
  (a.finding.key < b.finding.key ? -1 : 1)

/** What the fixes taken so far make true and rest on; the worst finding is asked first and wins. */
class Together {
  readonly #done = new Set<string>()
  readonly #claims = new Map<string, { readonly value: string; readonly by: string }>()
  readonly #needs = new Map<string, string>()

  /** Takes a fix, or says why it does not go with those that are taken. */
  clash({ finding, steps }: Fix): Sentence | null {
    const fresh = steps.filter((step) => !this.#done.has(step.sql))
    // Two that put different things in the place of one.
    const replaced = steps
      .filter((step) => fresh.length > 0 && !fresh.includes(step))
      .flatMap((step) => step.claims.filter(({ value }) => value === dropped))
      .map(({ aspect }) => this.#claims.get(aspect)?.by)
      .find((by) => by !== undefined)
    if (replaced !== undefined) return contradicts(replaced)
    for (const { claims, needs } of fresh) {
      const other =
        needs.map((need) => this.#claims.get(need)).find((said) => said?.value === dropped)?.by ??
        claims.map(({ aspect, value }) => this.#otherThan(aspect, value)).find((by) => by !== undefined)
      if (other !== undefined) return contradicts(other)
    }
    for (const step of fresh) {
      this.#done.add(step.sql)
      for (const { aspect, value } of step.claims) this.#claims.set(aspect, { value, by: finding.key })
      for (const need of step.needs) this.#needs.set(need, finding.key)
    }
    return null
  }

  #otherThan(aspect: string, value: string): string | undefined {
    const said = this.#claims.get(aspect)
    if (said && said.value !== value) return said.by
    return value === dropped && !said ? this.#needs.get(aspect) : undefined
  }
}

class Plan {
  readonly parts: Part[] = []
  readonly findings: Finding[] = []
  readonly #done = new Set<string>()

  add({ finding, steps, phase }: Fix): void {
    this.findings.push(finding)
    const fresh = steps.filter((step) => !this.#done.has(step.sql))
    for (const step of fresh) this.#done.add(step.sql)
    let open: Step[] = []
    const close = () => {
      if (open.length > 0)
        this.#put({ transaction: true, phase, lock: strongest(open), steps: open, keys: [finding.key] })
      open = []
    }
    for (const step of fresh) {
      if (!step.alone) {
        open.push(step)
        continue
      }
      close()
      this.#put({ transaction: false, phase, lock: step.lock, steps: [step], keys: [finding.key] })
    }
    close()
    if (fresh.length === 0) this.#also(finding, steps)
  }

  /** What takes no lock is one transaction together; everything else holds its locks for one fix only. */
  #put(part: Part): void {
    const last = this.parts.at(-1)
    if (
      last?.transaction &&
      part.transaction &&
      last.lock === 'none' &&
      part.lock === 'none' &&
      last.phase === part.phase
    ) {
      this.parts[this.parts.length - 1] = {
        ...last,
        steps: [...last.steps, ...part.steps],
        keys: [...last.keys, ...part.keys],
      }
    } else this.parts.push(part)
  }

  /** Mended by statements that another finding brought. */
  #also(finding: Finding, steps: readonly Step[]): void {
    const at = this.parts.findIndex((part) => part.steps.some((step) => step.sql === steps[0]?.sql))
    const part = this.parts[at]
    if (part) this.parts[at] = { ...part, keys: [...part.keys, finding.key] }
  }
}

const contradicts = (key: string): Sentence => ({
  en: `It says otherwise than the fix of ${key}: run this migration, scan again, and look at what is left.`,
  pt: `Diz outra coisa que a correção de ${key}: execute esta migração, verifique de novo e veja o que restou.`,
})
