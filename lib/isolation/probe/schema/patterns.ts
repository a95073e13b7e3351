/** Texts that match a LIKE pattern; the wildcards take what is given. */
export const likeTexts = (pattern: string, filler: string): string[] =>
  /[%_]/.test(pattern)
    ? [pattern.replaceAll('%', filler).replaceAll('_', 'a'), pattern.replaceAll('%', '').replaceAll('_', 'a')]
    : []

/**
 * One text that a regular expression of PostgreSQL matches, for the plain ones: literals, classes, groups, alternatives,
 * counts. `null` for anything else; whether it matches is the server's to say.
 */
export function regexText(pattern: string, seed = 0): string | null {
  const reader = new Reader(pattern, seed)
  try {
    const text = reader.alternatives()
    return reader.done() ? text : null
  } catch {
    return null
  }
}

const classes: Record<string, string> = { d: '0123456789', w: 'abcxyz', s: ' ', D: 'abc', W: '-', S: 'abc' }
const named: Record<string, string> = {
  digit: '0123456789',
  alpha: 'abcxyz',
  alnum: 'abc123',
  upper: 'ABCXYZ',
  lower: 'abcxyz',
  space: ' ',
  xdigit: '0123456789abcdef',
  word: 'abcxyz',
}

class Reader {
  private at = 0
  private taken = 0
  constructor(
    private readonly text: string,
    private readonly seed: number,
  ) {}

  done = () => this.at === this.text.length

  alternatives(): string {
    const options = [this.sequence()]
    while (this.text[this.at] === '|') {
      this.at++
      options.push(this.sequence())
    }
    return options[this.seed % options.length] ?? ''
  }

  private sequence(): string {
    let out = ''
    while (this.at < this.text.length && !['|', ')'].includes(this.text[this.at] ?? '')) {
      const atom = this.atom()
      const times = this.times()
      for (let n = 0; n < times; n++) out += atom()
    }
    return out
  }

  private atom(): () => string {
    const char = this.text[this.at++] ?? ''
    if (char === '^' || char === '$') return () => ''
    if (char === '.') return () => 'a'
    if (char === '(') {
      if (this.text[this.at] === '?') {
        if (this.text[this.at + 1] !== ':') throw new Error('look around')
        this.at += 2
      }
      const inner = this.alternatives()
      if (this.text[this.at++] !== ')') throw new Error('open group')
      return () => inner
    }
    if (char === '[') return this.bracket()
    if (char === '\\') {
      const next = this.text[this.at++] ?? ''
      const set = classes[next]
      if (set) return () => this.pick(set)
      if (/[a-z0-9]/i.test(next)) return () => ''
      return () => next
    }
    return () => char
  }

  private bracket(): () => string {
    const negated = this.text[this.at] === '^'
    if (negated) this.at++
    let set = ''
    for (let first = true; this.at < this.text.length; first = false) {
      const char = this.text[this.at] ?? ''
      if (char === ']' && !first) break
      const posix = /^\[:(\w+):\]/.exec(this.text.slice(this.at))
      if (posix) {
        set += named[posix[1] ?? ''] ?? ''
        this.at += posix[0].length
        continue
      }
      this.at++
      if (char === '\\') {
        const next = this.text[this.at++] ?? ''
        set += classes[next] ?? next
        continue
      }
      const to = this.text[this.at] === '-' ? this.text[this.at + 1] : undefined
      if (to !== undefined && to !== ']') {
        this.at += 2
        for (let code = char.charCodeAt(0); code <= to.charCodeAt(0) && set.length < 80; code++)
          set += String.fromCharCode(code)
      } else set += char
    }
    this.at++
    const chosen = negated ? [...'abcxyz019 -'].filter((each) => !set.includes(each)).join('') : set
    return () => this.pick(chosen)
  }

  private pick = (set: string) => set[(this.seed + this.taken++) % Math.max(set.length, 1)] ?? ''

  private times(): number {
    const char = this.text[this.at]
    let times = 1
    if (char === '*' || char === '?') times = this.seed % 2
    else if (char === '+') times = 1 + (this.seed % 3)
    else if (char === '{') {
      const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.text.slice(this.at))
      if (!counted) return 1
      this.at += counted[0].length
      return Number(counted[1])
    } else return 1
    this.at++
    if (this.text[this.at] === '?') this.at++
    return times
  }
}
