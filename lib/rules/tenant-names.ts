import { kept } from './memo'
import { isPlain, tokens } from './tokens'

/** Words that name a tenant by themselves, in the order of how surely they do. */
export const strong = (
  'tenant inquilino clinic clinica organization organisation organizacao org workspace company empresa account practice ' +
  'consultorio hospital estabelecimento institution instituicao unidade filial franchise franquia agency merchant'
).split(' ')
/** Words that may name one, when most tables carry the column. */
export const weak =
  'team store shop loja school escola customer client cliente site project projeto group grupo facility partner'.split(
    ' ',
  )
export const owners = new Set(
  'user_id owner_id patient_id profile_id author_id account_user_id uid user_uuid usuario_id paciente_id id_usuario id_paciente member_id userid ownerid patientid auth_user_id subject_id'.split(
    ' ',
  ),
)

/** Its words with underscores between: `userId` as `user_id`. */
export const joined = (name: string): string => (isPlain.test(name) ? name : tokens(name).join('_'))

const filler = new Set(['id', 'uuid', 'fk', 'key', 'ref', 'cod', 'code'])

/** The word that a column would name a tenant by: `clinic_id`, `id_clinica`, `tenantId`, `org`. */
export const tenantWord = kept((name): string | null => {
  const words = tokens(name).filter((word) => !filler.has(word))
  return words.length === 1 ? (words[0] ?? null) : null
})

/** Does a name say by itself that it names a tenant: `clinic_id`, `clinica`, `tenantId`? */
export const namesTenant = (name: string): boolean => strong.includes(tenantWord(name) ?? '')

export const isKeyLike = (name: string) =>
  /(^|_)(id|uuid)($|_)|id$|Id$/.test(name) || strong.slice(0, 1).includes(name)
