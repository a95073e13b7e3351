import { randomBytes } from 'node:crypto'

/**
 * Puts names of this run in the place of `:role`, `:role_b` … of an example: roles are shared by every database of a
 * server, and two runs may meet there.
 */
export function exampleRoles() {
  const run = randomBytes(4).toString('hex')
  const used = new Set<string>()
  return {
    used: used as ReadonlySet<string>,
    fill: (text: string) =>
      text.replace(/(?<![:\w]):role(_\w+)?\b/g, (_, suffix: string | undefined) => {
        const name = `r_${run}${suffix ?? ''}`
        used.add(name)
        return name
      }),
  }
}
