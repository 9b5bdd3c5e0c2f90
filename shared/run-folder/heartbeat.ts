/** Seconds between two beats: its trainer writes the run's heartbeat file anew as long as it lives, so that other machines know it does. */
export const HEARTBEAT_EVERY = 30
