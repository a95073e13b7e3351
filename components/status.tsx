import { useTranslations } from 'next-intl'

export type Tone = 'ok' | 'warn' | 'high' | 'bad' | 'info' | 'none'

/** Text colour of a meaning; the tints belong behind the same tone only. */
export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  high: 'text-high',
  bad: 'text-bad',
  info: 'text-info',
  none: 'text-none',
}
export const toneTint: Record<Tone, string> = {
  ok: 'bg-ok-bg',
  warn: 'bg-warn-bg',
  high: 'bg-high-bg',
  bad: 'bg-bad-bg',
  info: 'bg-info-bg',
  none: 'bg-none-bg',
}

type Mark = readonly [glyph: string, tone: Tone]

/** One glyph and one tone for each value of each family; the word is `status.<family>.<value>` in the messages. */
export const families = {
  severity: { critical: ['◆', 'bad'], high: ['▲', 'high'], medium: ['■', 'warn'], low: ['●', 'none'] },
  outcome: { pass: ['✓', 'ok'], fail: ['✕', 'bad'], notApplicable: ['–', 'none'], unknown: ['?', 'warn'] },
  control: {
    met: ['✓', 'ok'],
    notMet: ['✕', 'bad'],
    notAssessable: ['?', 'warn'],
    notApplicable: ['–', 'none'],
  },
  access: {
    filtered: ['●', 'ok'],
    denied: ['○', 'none'],
    'open-by-policy': ['◐', 'high'],
    open: ['✕', 'bad'],
    bypass: ['⚡\uFE0E', 'warn'],
    'no-grant': ['·', 'none'],
    unknown: ['?', 'none'],
  },
  isolation: {
    leaks: ['✕', 'bad'],
    unknown: ['?', 'warn'],
    isolated: ['✓', 'ok'],
    unreachable: ['·', 'none'],
  },
  rls: { forced: ['●', 'ok'], enabled: ['◑', 'warn'], off: ['✕', 'bad'], notApplicable: ['–', 'none'] },
  consent: {
    granted: ['✓', 'ok'],
    pending: ['⏸\uFE0E', 'info'],
    withdrawn: ['↩\uFE0E', 'none'],
    expired: ['⏱\uFE0E', 'warn'],
    refused: ['✕', 'none'],
    superseded: ['⇄', 'none'],
    otherBasis: ['–', 'none'],
    lateDocumented: ['✎', 'info'],
    evidenceLost: ['✕', 'bad'],
  },
  action: {
    create: ['+', 'ok'],
    update: ['~', 'info'],
    delete: ['−', 'bad'],
    truncate: ['⊘', 'bad'],
    inactivate: ['⊖', 'warn'],
    read: ['⌕', 'none'],
    list: ['≡', 'none'],
    print: ['⎙', 'none'],
    export: ['⇩', 'none'],
    disclose: ['⇢', 'none'],
    consent: ['✓', 'info'],
    signature: ['✎', 'none'],
    permission: ['⚿', 'warn'],
    login: ['→', 'none'],
    login_failed: ['✕', 'warn'],
    break_glass: ['!', 'high'],
    backup: ['⎘', 'none'],
    ai: ['◇', 'none'],
  },
  auditOutcome: { success: ['✓', 'ok'], denied: ['✕', 'warn'], failure: ['✕', 'bad'] },
  chain: { intact: ['✓', 'ok'], broken: ['✕', 'bad'], checking: ['…', 'info'], unchecked: ['–', 'none'] },
  capture: {
    captured: ['✓', 'ok'],
    partly: ['◐', 'warn'],
    missing: ['✕', 'bad'],
    disabled: ['⊘', 'bad'],
    notRequired: ['–', 'none'],
    unknown: ['?', 'warn'],
  },
  finding: {
    open: ['○', 'high'],
    accepted: ['◇', 'none'],
    resolved: ['✓', 'ok'],
    returned: ['↻', 'bad'],
    unknown: ['?', 'warn'],
  },
  drift: { dangerous: ['◆', 'bad'], notable: ['■', 'warn'], safe: ['●', 'none'] },
  change: { added: ['+', 'ok'], removed: ['−', 'bad'], changed: ['~', 'info'] },
  proof: { proved: ['✓', 'ok'], notProved: ['✕', 'bad'], cannot: ['?', 'warn'], running: ['…', 'info'] },
  request: {
    received: ['○', 'info'],
    verifying: ['?', 'info'],
    in_progress: ['…', 'info'],
    overdue: ['▲', 'bad'],
    answered: ['✓', 'ok'],
    partly: ['◐', 'none'],
    refused: ['✕', 'none'],
    withdrawn: ['↩\uFE0E', 'none'],
  },
  incident: {
    open: ['○', 'warn'],
    investigating: ['…', 'info'],
    contained: ['◐', 'info'],
    overdue: ['▲', 'bad'],
    closed: ['✓', 'ok'],
  },
  batch: { proposed: ['⏸\uFE0E', 'warn'], done: ['✓', 'ok'], declined: ['✕', 'none'] },
  dispute: { open: ['▲', 'warn'] },
  task: { open: ['○', 'info'], overdue: ['▲', 'bad'], done: ['✓', 'ok'], impossible: ['✕', 'none'] },
  index: {
    valid: ['✓', 'ok'],
    invalid: ['✕', 'bad'],
    unused: ['○', 'none'],
    duplicate: ['≡', 'warn'],
    missing: ['✕', 'warn'],
  },
  user: { active: ['✓', 'ok'], disabled: ['–', 'none'], invited: ['…', 'info'] },
  yesNo: { yes: ['✓', 'ok'], no: ['–', 'none'] },
} as const satisfies Record<string, Record<string, Mark>>

export type Family = keyof typeof families
export type ValueOf<F extends Family> = keyof (typeof families)[F] & string

/** The glyph and tone of a value; a value nobody foresaw is a grey `?`, never a tick. */
export function markOf(of: Family, value: string): { glyph: string; tone: Tone } {
  const mark = (families[of] as Record<string, Mark>)[value]
  return mark ? { glyph: mark[0], tone: mark[1] } : { glyph: '?', tone: 'none' }
}

export interface StatusProps<F extends Family> {
  of: F
  value: ValueOf<F>
  /** `pill` tinted with glyph and word; `plain` glyph and word; `glyph` the glyph with the word for screen readers. */
  look?: 'pill' | 'plain' | 'glyph'
  /** Said instead of the family's word, where more is known: "Accepted until 1 Jun". */
  children?: React.ReactNode
}

/** One word, one glyph, one colour: every status of the product. Server component. */
export function Status<F extends Family>({ of, value, look = 'plain', children }: StatusProps<F>) {
  const t = useTranslations('status')
  const { glyph, tone } = markOf(of, value)
  const key: string = `${of}.${value}`
  const word = children ?? (t.has(key) ? t(key) : value)
  if (look === 'glyph') {
    return (
      <span className={toneText[tone]} title={typeof word === 'string' ? word : undefined}>
        <span aria-hidden="true">{glyph}</span>
        <span className="sr-only">{word}</span>
      </span>
    )
  }
  const box = look === 'pill' ? `rounded-status px-1.5 py-0.5 ${toneTint[tone]}` : ''
  return (
    <span
      className={`inline-flex items-baseline gap-1 text-meta font-medium whitespace-nowrap ${toneText[tone]} ${box}`}
    >
      <span aria-hidden="true">{glyph}</span>
      {word}
    </span>
  )
}

/** The word of a status alone, for titles, options and CSV. Server components only. */
export function useStatusWord(): (of: Family, value: string) => string {
  const t = useTranslations('status')
  return (of, value) => {
    const key = `${of}.${value}`
    return t.has(key) ? t(key) : value
  }
}
