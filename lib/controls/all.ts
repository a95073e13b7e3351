import { cisControls } from './cis-postgresql'
import { rulesOf, sources, type Control } from './control'
import { healthControls } from './health'
import { isoControls } from './iso-27001'
import { lgpdControls } from './lgpd'
import { coverageControls } from './schema-coverage'
import { systemControls } from './systems'

/** Every control, by source in the order of `sources`, then as written. */
export const allControls: readonly Control[] = [
  ...lgpdControls,
  ...healthControls,
  ...systemControls,
  ...isoControls,
  ...cisControls,
  ...coverageControls,
].sort((a, b) => sources.indexOf(a.source) - sources.indexOf(b.source))

/** The controls that a rule serves, in the same order. */
export const controlsServedBy = (code: string): readonly Control[] =>
  allControls.filter((control) => rulesOf(control).includes(code))
