/** Seconds between two beats: its trainer writes the run's heartbeat file anew as long as it lives, so that other machines know it does. */
export const HEARTBEAT_EVERY = 30
/** Seconds without a beat after which a trainer on another machine is taken for gone; clocks may differ by minutes. */
export const HEARTBEAT_LOST = 600
