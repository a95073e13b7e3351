import type { Facts } from './facts'
import { portionsOf } from './portions'
import type { Hit, Rule, Text, Verdict } from './rule'

/** What each rule says, in the order of the rules. */
export function verdictsOf(
  rules: readonly Rule[],
  facts: Facts,
  options: { readonly told?: ((code: string) => void) | undefined; readonly portion?: number } = {},
): { readonly rule: Rule; readonly verdict: Verdict }[] {
  const together = new Map<Rule, Together>()
  for (const rule of rules) if (rule.oneByOne) together.set(rule, new Together())
  for (const portion of portionsOf(facts, options.portion)) {
    for (const [rule, verdict] of together) {
      verdict.add(checked(rule, portion))
      options.told?.(rule.code)
    }
  }
  return rules.map((rule) => {
    const verdict = together.get(rule)?.whole() ?? checked(rule, facts)
    if (!rule.oneByOne) options.told?.(rule.code)
    return { rule, verdict }
  })
}

/** A verdict about portions of the tables, put together. */
class Together {
  readonly #hits: Hit[] = []
  readonly #unknown = new Set<Text>()
  #checked = 0
  #failed: Verdict | null = null

  add(verdict: Verdict & { readonly failed?: true }) {
    if (verdict.failed) this.#failed ??= verdict
    for (const hit of verdict.hits) this.#hits.push(hit)
    for (const text of verdict.unknown) this.#unknown.add(text)
    this.#checked += verdict.checked
  }

  whole(): Verdict {
    return this.#failed ?? { hits: this.#hits, checked: this.#checked, unknown: [...this.#unknown] }
  }
}

function checked(rule: Rule, facts: Facts): Verdict & { readonly failed?: true } {
  try {
    return rule.check(facts.snapshot, facts)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      failed: true,
      hits: [],
      checked: 0,
      unknown: [{ en: `The rule itself failed: ${reason}`, pt: `A própria regra falhou: ${reason}` }],
    }
  }
}
