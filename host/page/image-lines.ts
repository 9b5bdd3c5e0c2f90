import type { Assistant } from '../training/assistant.ts'
import type { PageLine } from '../training/trainer/trainer-process.ts'
import type { Broadcast } from './broadcast.ts'

/** Hands a page's line to the trainer that answers questions about images; what goes over it never comes here. */
export async function serveImages(line: PageLine, assistant: Assistant, pages: Broadcast): Promise<void> {
  try {
    await assistant.serve(line)
  } catch (error) {
    line.close()
    pages.send('imagesLost', error instanceof Error ? error.message : String(error))
  }
}
