/** Drops facts that are older than an age, and keeps what they made as sealed sums. */
package dev.boardcast.metrics.seal;
