const spelled: Readonly<Record<string, string>> = { oneDnn: 'oneDNN', std: 'Standard deviation' }

/** A key's name as words: `learningRate` is `Learning rate`. */
export function keyLabel(name: string): string {
  if (Object.hasOwn(spelled, name)) return spelled[name]!
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
