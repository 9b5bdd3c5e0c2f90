/** Two ends of a line between processes: all that RPC asks of a transport. */
export interface Port {
  /** Sends a structured-cloneable message; fails when the line is closed. */
  post(message: unknown): void | Promise<void>
  /** A listener may say by a promise when it has done with a message. */
  onMessage(listener: (message: unknown) => unknown): void
  /** Called once when the other side is gone, with the reason where it is known. */
  onClose(listener: (reason?: Error) => void): void
}

/** An end that can be closed from here. */
export interface ClosablePort extends Port {
  close(): void
}
