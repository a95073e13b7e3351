import { rulesAsJson, rulesAsText, ruleAsText } from '@/lib/output/rules'
import type { Language } from '@/lib/output/words'
import { allRules } from '@/lib/rules/all'
import type { Rule } from '@/lib/rules/rule'
import { Failure } from '../failure'
import { terminal, write } from '../output'

/** The rules meant by ids or codes, in the order of the catalogue. @throws Failure for a name that is none */
export function chosenRules(names: readonly string[] | undefined): readonly Rule[] {
  const wanted = (names ?? []).flatMap((name) => name.split(',')).filter((name) => name !== '')
  if (wanted.length === 0) return allRules
  const found = wanted.map((name) => {
    const rule = allRules.find((each) => each.id === name.toLowerCase() || each.code === name.toUpperCase())
    if (!rule) throw new Failure(`There is no rule "${name}": tabellion rules lists them.`)
    return rule
  })
  return allRules.filter((rule) => found.includes(rule))
}

/** `tabellion rules [ID…]`: the list, or what one rule looks for, why, with its example and references. */
export async function rules(
  names: string[],
  options: { format: string; lang: string; output?: string },
): Promise<number> {
  const chosen = chosenRules(names)
  const language: Language = options.lang.startsWith('pt') ? 'pt' : 'en'
  const form = { ...terminal(options.output !== undefined), language }
  const text =
    options.format === 'json'
      ? rulesAsJson(chosen, language)
      : names.length === 0
        ? rulesAsText(chosen, form)
        : chosen.map((rule) => ruleAsText(rule, form)).join('\n')
  await write(text, options.output)
  return 0
}
