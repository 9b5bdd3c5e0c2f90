import { declare } from './native.ts'

const version = declare<[], string>('const char* TF_Version()')

/** The version of the TensorFlow library that is loaded, e.g. `2.21.0`. */
export const tensorFlowVersion = (): string => version()
