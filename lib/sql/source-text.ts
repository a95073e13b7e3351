/** The text of a body without its comments, for where no tree of it is at hand. */
export const uncommented = (text: string): string => text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')

/** A name as a regular expression finds it. */
export const literally = (name: string): string => name.replaceAll(/[$^.*+?()[\]{}|\\]/g, '\\$&')

/** Does a text call a function of this name? Its schema may stand before it, and quotes around it. */
export const calls = (text: string, name: string): boolean =>
  new RegExp(`\\b${literally(name)}"?\\s*\\(`, 'i').test(text)
