/** TensorFlow's builds: for the processor alone, and with CUDA for NVIDIA's GPUs too. */
export const buildNames = ['cpu', 'cuda'] as const
export type BuildName = (typeof buildNames)[number]
