/** How a system loads a library for good. */
export interface Loader {
  /** The C library itself, which has `dlopen`. */
  readonly libc: string
  /** Lazily, with its names for others to see, and never to be unloaded. */
  readonly flags: number
}

/** Of Linux's `dlfcn.h` (glibc and musl agree), and of Apple's. */
export function loaderOf(platform: NodeJS.Platform): Loader {
  return platform === 'darwin'
    ? { libc: 'libSystem.B.dylib', flags: 0x1 | 0x8 | 0x80 }
    : { libc: 'libc.so.6', flags: 0x1 | 0x100 | 0x1000 }
}
