import { getLocale, getTranslations } from 'next-intl/server'
import { unstable_rethrow, unauthorized } from 'next/navigation'
import { z } from 'zod'
import { CatalogError } from '@/lib/catalog/error'
import { Denied, Invalid, isExpected, type Sentence } from '@/lib/errors'
import { say } from '@/lib/i18n/locale'
import { noteDenied } from './activity'
import { formValues, inLanguage } from './form'
import { log } from './log'
import { may, type Permission } from './permissions'
import { currentPrincipal, requestId, type Principal } from './principal'

/** What a form shows after its action ran. */
export interface ActionResult {
  readonly ok: boolean
  /** One sentence in the user's language. */
  readonly message: string
  /** Field name to sentence. */
  readonly fields?: Readonly<Record<string, string>>
  /** Something to show once, such as a new password. */
  readonly data?: Readonly<Record<string, string>>
}

/** A server action: alone in `<form action>`, or through `useActionState`, which shows its result. */
export interface FormAction {
  (form: FormData): Promise<void>
  (previous: ActionResult | null, form: FormData): Promise<ActionResult>
}

type Implementation = (previous: ActionResult | null | FormData, form?: FormData) => Promise<ActionResult>

/** What the work of an action answers: a sentence, alone or with something to show once. */
export type Answer =
  string | Sentence | { readonly message: string | Sentence; readonly data: Readonly<Record<string, string>> }

/**
 * The only way to a write: who is asking and may they; is the input right; do it; say what happened in their language.
 * Ids come from the form and are checked by row-level security. Unknown errors are logged and thrown to error.tsx.
 */
export function action<Schema extends z.ZodType>(
  schema: Schema,
  permission: Permission,
  work: (input: z.output<Schema>, principal: Principal) => Promise<Answer>,
): FormAction {
  const run: Implementation = async (previous, form) => {
    const principal = await signedIn()
    return perform(schema, previous, form, { principal, permission }, (input) => work(input, principal))
  }
  return run as FormAction
}

/** An action that a signed-out visitor may call: sign-in, and what a link's holder signs. */
export function publicAction<Schema extends z.ZodType>(
  schema: Schema,
  work: (input: z.output<Schema>) => Promise<Answer>,
): FormAction {
  const run: Implementation = (previous, form) => perform(schema, previous, form, null, work)
  return run as FormAction
}

async function perform<Schema extends z.ZodType>(
  schema: Schema,
  previous: ActionResult | null | FormData,
  given: FormData | undefined,
  asked: { readonly principal: Principal; readonly permission: Permission } | null,
  work: (input: z.output<Schema>) => Promise<Answer>,
): Promise<ActionResult> {
  const locale = await getLocale()
  const form = given ?? (previous instanceof FormData ? previous : new FormData())
  try {
    if (asked && !may(asked.principal, asked.permission)) throw new Denied()
    const parsed = schema.safeParse(formValues(form))
    if (!parsed.success) return refused(parsed.error, locale)
    const answer = await work(parsed.data)
    const { message, data } =
      typeof answer === 'object' && 'data' in answer ? answer : { message: answer, data: null }
    return { ok: true, message: text(message, locale), ...(data ? { data } : {}) }
  } catch (error) {
    unstable_rethrow(error)
    if (error instanceof CatalogError) {
      log().warn({ requestId: await requestId(), err: error.cause }, error.message)
      const t = await getTranslations('catalog')
      return { ok: false, message: `${t(`problems.${error.code}`)} ${t(`todo.${error.code}`)}` }
    }
    if (!isExpected(error)) {
      log().error({ requestId: await requestId(), err: error }, 'an action failed')
      throw error
    }
    if (error.kind === 'denied' && asked) await noteDenied(asked.principal, asked.permission)
    if (error.cause)
      log().warn({ requestId: await requestId(), kind: error.kind, err: error.cause }, error.message)
    const fields = error instanceof Invalid ? Object.entries(error.fields) : []
    return {
      ok: false,
      message: text(error.sentence, locale),
      ...(fields.length > 0
        ? { fields: Object.fromEntries(fields.map(([name, s]) => [name, text(s, locale)])) }
        : {}),
    }
  }
}

async function signedIn(): Promise<Principal> {
  return (await currentPrincipal()) ?? unauthorized()
}

function refused(error: z.ZodError, locale: string): ActionResult {
  const fields: Record<string, string> = {}
  for (const issue of error.issues) {
    const name = issue.path[0]?.toString() ?? ''
    fields[name] ??= inLanguage(issue, locale)
  }
  const { '': whole, ...named } = fields
  const general = locale === 'en' ? 'Some fields need another look.' : 'Alguns campos precisam de atenção.'
  return { ok: false, message: whole ?? general, fields: named }
}

const text = (message: string | Sentence, locale: string): string =>
  typeof message === 'string' ? message : say(message, locale)
