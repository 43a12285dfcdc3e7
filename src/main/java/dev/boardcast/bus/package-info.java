/**
 * Every address, message record and codec of the event bus, and the one JSON mapper. Depends on no
 * other room.
 *
 * <p>The bus is a hint channel: delivery is at most once. Whoever listens knows how to notice a
 * loss (sequences, versions, beacons) and where the truth is (the event log, the board state).
 */
package dev.boardcast.bus;
