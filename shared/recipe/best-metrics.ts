/** The metrics of validation that can say which checkpoint is the best. */
export const bestMetrics = ['top1', 'top5', 'loss'] as const
