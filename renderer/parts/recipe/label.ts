const spelled: Readonly<Record<string, string>> = {
  amp: 'AMP',
  blurPool: 'BlurPool',
  cutmix: 'CutMix',
  ema: 'EMA',
  file: 'Model file',
  gpuMemoryFraction: 'GPU memory fraction',
  init: 'Start from checkpoint',
  oneDnn: 'oneDNN',
  std: 'Standard deviation',
  tf32: 'TF32',
  xla: 'XLA',
}

/** A key's name as words: `learningRate` is `Learning rate`. */
export function keyLabel(name: string): string {
  if (Object.hasOwn(spelled, name)) return spelled[name]!
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
