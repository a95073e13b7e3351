/** One cell of the matrix. */
export interface Cell {
  readonly relation: string
  readonly role: string
  readonly command: string
}

/** A cell as `peek` holds it: the role is encoded so that it has no space, the relation may have any. */
export const peekOf = ({ relation, role, command }: Cell): string =>
  `${command} ${encodeURIComponent(role)} ${relation}`
